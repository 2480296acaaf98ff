"""The words that the rules of wording listen for. They are English; other languages are not judged by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_ENGLISH = re.compile(r"\b(the|a|an|of|to|and|in|on|for|with|by|is|was|has|we|us)\b", re.I)


def reads_english(texts: Sequence[str]) -> bool:
    """Whether most of these texts are English; a few short ones in between do not matter."""
    return sum(bool(_ENGLISH.search(text)) for text in texts) * 2 > len(texts)


def words_of(text: str) -> frozenset[str]:
    """The words that stand in this text."""
    return frozenset(text.split())


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{''.join(words)})\b".replace("_", "[- ]"), re.I)


BUYER = _any(
    "buyers?|buying|customers?|clients?|prospects?|purchasers?|purchasing|procurement|applicants?|borrowers?|investors?",
    "|patients?|households?|tenants?|landlords?|(?:home)?owners?|insured|policy_?holders?|members?|donors?|candidates?",
    "|champions?|sponsors?|deciders?|decision_makers?|committees?|boards?|hospitals?|clinics?|physicians?|clinicians?",
    "|CEO|CFO|CIO|CTO|COO|CISO|CMO|CPO|signator(?:y|ies)|signers?|directors?|head_of|controllers?|counsel",
    "|they|evaluation_teams?|steering_group|both_sides|both_parties|each_side|each_party|all_parties|users?|parents?|school|tenderers?|head_?teachers?",
    "|(?:legal|finance|accounting|treasury|security|operations|engineering|IT)(?:_(?:team|department|lead)s?)?",
    "(?= (?:has_)?",
    "(?:return|confirm|sign|accept|approv|answer|repli|review|releas|clear|attend|nam|ask|test|schedul|book)(?:e?d)",
    "|_(?:sent|gave|wrote|said|chose))",
)
"""Somebody on the other side of the sale, in the words of several trades."""

_OURS = "we|i|our|my|you|your|sales|reps?|sellers?|salespersons?|salespeople|aes?|sdrs?|bdrs?|vendors?|agents?|brokers?"
SELLER_SUBJECT = re.compile(
    rf"(?:the |an? )?(?:{_OURS}|account (?:executive|manager)s?|sales (?:rep|team|person|engineer)s?)\b",
    re.I,
)
"""The beginning of a sentence in which the seller acts."""

SELLER_ORDER = re.compile(
    r"(?:send|present|give|call|e?-?mail|identify|qualify|schedule|book|pitch|prepare|demo|show|explain|discuss|follow"
    r"|negotiate|handle|confirm|understand|build|create|share|deliver|research|contact|ask|check|log|update|complete"
    r"|ensure|make|get|obtain|set|determine|establish|find|map|validate|gain|conduct|hold|run|perform)\b",
    re.I,
)
"""The beginning of an order to the seller: “Send the proposal”."""

_THINGS = (
    "demo|demonstration|deck|slides?|proposal|quote|quotation|presentation|pitch|offer|pricing|prices?|contract|recap"
    "|brochure|materials?|information|documents?|documentation|calls?|meetings?|visit|e?-?mails?|follow-?up|nda|invoice"
    "|agreement|business case|roi|sample|trial|workshop|needs|budget|requirements|stakeholders?|discovery|objections?"
)
_DONE_BY_SELLER = (
    "sent|presented|given|delivered|shown|held|made|done|completed|e?-?mailed|shared|prepared|scheduled|booked|pitched"
    "|submitted|issued|conducted|identified|uncovered|understood|discussed|explained|gathered|collected|qualified"
    "|established|determined|handled|addressed|covered|performed|offered|created|finished|called|contacted|followed up"
)
SELLER_PASSIVE = re.compile(rf"\b(?:{_THINGS})\b[^.]*?\b(?:{_DONE_BY_SELLER})\b", re.I)
"""“The deck was sent”: a thing that only the seller has, and what only the seller does with it."""

BUYER_RECEIVES = re.compile(
    rf"{BUYER.pattern}(?:'s \w+|’s \w+)? (?:(?:was|were|is|has been|have been|had been|got) "
    rf"(?:{_DONE_BY_SELLER}|informed|briefed|told|introduced|invited|trained)|received|receives|got)\b"
    rf"|{BUYER.pattern}s? (?:identified|contacted|qualified|found|mapped|informed|briefed|engaged|called)\W*$",
    re.I,
)
"""“The buyer received the proposal”: the buyer stands first, and the seller acts."""

_STATES = (
    "interested|engaged|convinced|pleased|aligned|satisfied|excited|committed|impressed|motivated|concerned|keen|happy"
    "|comfortable|positive|ready|willing|likely|aware|serious|enthusiastic|warm|hot|open|confident|good|qualified"
)
OPINION = re.compile(
    rf"\b(?:(?:is|are|was|were|be|remains?|sounds?) (?:\w+ )?(?:{_STATES})|seem(?:s|ed)?|appear(?:s|ed)?|look(?:s|ed)? "
    r"(?:like|good|keen)|feels?|felt|likes?|liked|loves?|loved|believes?|believed|thinks?|thought|understands?"
    r"|understood|trusts?|trusted|wants?|wanted|hopes?|hoped|expects?|expected|intends?|intended|plans? to|probably"
    r"|will|going to|sees? (?:the )?value|shows? (?:\w+ )?interest|showed (?:\w+ )?interest|knows?|knew|recognises?"
    r"|recognizes?|cares?|appreciates?|agrees? in principle|on board|bought in)\b",
    re.I,
)
"""What goes on in somebody's head, or what is yet to come."""

_NO_EVENT = words_of(
    _STATES.replace("|", " ")
    + " seemed appeared looked felt liked loved believed trusted wanted hoped expected intended needed"
    " detailed educated dedicated limited related based required planned proposed indeed supposed need speed informed"
    " perceived budgeted estimated so-called red unsigned skilled experienced"
)
_PAST = re.compile(
    r"\b(?:(?!showed (?:\w+ )?interest)(\w{2,}ed)"
    r"|said|gave|wrote|sent|told|chose|met|paid|began|took|made|put|set|read|saw|came|brought|bought"
    r"|went|had|held|drew|let|spoke|showed us|signed off|left|handed|ran|chosen|given|written|got|won|won over|swore"
    r"|spent|built|drove|laid|withdrew)\b",
    re.I,
)
_PRESENT = re.compile(
    r"\b(?:confirm|sign|accept|name|agree|repl(?:y|ie)|describe|attend|book|approve|send|give|order|invite|choose"
    r"|introduce|request|schedule|complete|provide|share|return|answer|acknowledge|pay|state|list|submit|review|say)e?s\b",
    re.I,
)


def tells_an_event(text: str) -> bool:
    """Whether some verb in the text says what somebody did."""
    if _PRESENT.search(text):
        return True
    return any((found[1] or "").lower() not in _NO_EVENT for found in _PAST.finditer(text))


VAGUE = _any(
    "soon|properly|appropriate(?:ly)?|adequate(?:ly)?|sufficient(?:ly)?|good|great|strong|positive(?:ly)?|meaningful",
    "|relevant|key_stakeholders?|buy_in|on_board|engagement|rapport|relationship|somehow|several|various|etc|and_so_on",
    "|high_level|fully|really|successful(?:ly)?|effective(?:ly)?|value_proposition|suitable|reasonable|proper|deeply",
    "|seriously|a_lot|many|things?|stuff|aligned|alignment|roughly|approximately|in_principle",
)

HEDGED = _any(
    "if_possible|if_applicable|if_needed|if_necessary|if_required|if_available|where_possible|where_appropriate",
    "|where_applicable|where_needed|ideally|preferably|optional(?:ly)?|should|might|try_to|as_needed|as_appropriate",
    "|when_relevant|hopefully|nice_to_have|in_most_cases|usually|normally",
)

PROOF = _any(
    "e?-?mails?|mailed|repl(?:y|ies|ied)|messages?|calendar|entry|entries|invitations?|invites?|links?|documents?|lists?",
    "|minutes|recordings?|recaps?|forms?|files?|pdf|contracts?|agreements?|signed|plans?|sheets?|tables?|threads?|notes?",
    "|screenshots?|letters?|statements?|reports?|protocols?|records?|tickets?|pages?|certificates?|orders?|quotes?",
    "|confirmations?|transcripts?|wrote|writes|written|scans?|photos?|applications?|surveys?|shared|slack|chat|profiles?",
    "|spreadsheets?|accepted|receipts?|deeds?|invoices?|proposals?|summary|summaries|charts?|searches|comments?|drafts?",
    "|questionnaires?|cards?|checklists?|matrix|logs?|extracts?|policies|policy|slips?|decks?|slides?|worksheets?",
    "|agendas?|maps?|offers?|addend(?:um|a)|appendix|acceptances?|protocols?|bills?|filings?",
)
"""Something that another person can open."""


def first(pattern: re.Pattern[str], texts: Iterable[str]) -> str | None:
    """What the pattern first finds in these texts, as it stands there."""
    return next((found[0] for text in texts if (found := pattern.search(text))), None)
