"""The Web API: one function a method, and the checks that all of them share."""
