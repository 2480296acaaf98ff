"""The conversation in Slack: conversations translate what people do into use cases, views draw what they see."""
