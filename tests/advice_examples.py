"""What reps put into the form of evidence, and whether a good coach would ask about it; labelled before it was run.

Each is for a criterion that wants something to open, happened on a day that the form has, and names its kind as the
form does. `asks` is a person's judgement: would a good manager want a better answer before this goes in?
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.evidence import EvidenceKind

E, M, C, D, S, Q = (
    EvidenceKind.EMAIL,
    EvidenceKind.MEETING,
    EvidenceKind.CALL,
    EvidenceKind.DOCUMENT,
    EvidenceKind.MESSAGE,
    EvidenceKind.QUOTE,
)
MAIL, NOTES, PAPER = "https://mail.example.com/m/417", "https://notes.example.com/n/88", "https://files.example.com/f/5"
JANE = "Jane Doe"


@dataclass(frozen=True)
class Example:
    """One form as it is sent."""

    kind: EvidenceKind
    what: str
    link: str
    contact: str
    asks: bool


GOOD = (
    (E, "We lose about two days at every month end, and the auditors have noticed.", MAIL, JANE),
    (E, "Thanks for the recap. Yes, that is what we agreed. Tuesday at ten works for us.", MAIL, JANE),
    (E, "I will send you the list of users next week, and I hope to have legal's answer by then.", MAIL, JANE),
    (E, "Hi Rita, I think the budget should be fine: the board sees it on the 14th. Best, Jane", MAIL, JANE),
    (E, "They lose two days at each month end.", MAIL, JANE),
    (E, "Jane confirmed the budget of 40k for this year.", MAIL, JANE),
    (E, "Jane replied that their lease ends in May and that they have to move before.", MAIL, ""),
    (E, "Budget approved, please send the contract.", MAIL, JANE),
    (E, "We sent you our numbers for March, see attached.", MAIL, JANE),
    (E, "I have shared the proposal with our CFO and she has no further questions.", MAIL, JANE),
    (E, "From: Jane Doe <jane@acme.example>\nSubject: Re: Pilot\n\nWe might need another week.", MAIL, JANE),
    (E, "Vielen Dank, das passt so. Wir geben Ihnen bis Freitag Bescheid.", MAIL, JANE),
    (E, "Wir verlieren jeden Monat zwei Tage mit der Abrechnung.", MAIL, JANE),
    (E, "Confirmed, see you on the 3rd!", MAIL, ""),
    (E, "Unfortunately we could not find anybody in IT yet, but our head of operations will join.", MAIL, JANE),
    (S, "Looks good to us, thanks!", PAPER, JANE),
    (S, "yes go ahead with the pilot pls", PAPER, JANE),
    (S, "We're waiting for procurement, they promised us an answer by Thursday.", PAPER, JANE),
    (S, "Danke, ich habe es unserem Einkauf weitergeleitet.", PAPER, JANE),
    (Q, "It takes us two days every month and I am tired of it.", NOTES, JANE),
    (Q, "“If we do not have this by May, we pay for another year of the old one.”", NOTES, JANE),
    (M, "Jane and their head of IT came and asked how the import works; both agreed to a pilot.", NOTES, JANE),
    (M, "Jane accepted the invitation for Thursday at ten and added her CFO.", NOTES, JANE),
    (M, "They walked us through their month end and named invoicing as the worst part.", NOTES, JANE),
    (M, "Jane hat den Termin am 3. Dezember bestätigt.", NOTES, JANE),
    (C, "Jane said that the board decides on 14 December.", NOTES, JANE),
    (C, "She told me they lose two days a month, and agreed to put it in a mail.", NOTES, JANE),
    (C, "Asked what happens if they do nothing; Jane said they would miss the audit.", NOTES, JANE),
    (C, "Jane: “We will sign when legal has looked at section 4.”", NOTES, JANE),
    (D, "The lease ends in May, page 3.", PAPER, JANE),
    (D, "Signed order form for 40 seats.", PAPER, JANE),
    (D, "Their requirements list with 14 must-haves, sent by procurement.", PAPER, ""),
    (D, "Security questionnaire, filled in by their IT with the comments we asked for.", PAPER, JANE),
    (D, "Project plan with go-live on 1 March and the names of both teams.", PAPER, JANE),
)
BAD = (
    (E, "Sent the deck to the customer.", MAIL, JANE),
    (E, "I sent them the proposal and the price list.", MAIL, JANE),
    (E, "Seems keen, should be fine.", MAIL, JANE),
    (E, "They will sign next week.", MAIL, JANE),
    (E, "Followed up with Jane about the budget, no reply yet.", MAIL, JANE),
    (E, "Jane confirmed the budget.", "https://mail.example.com/", JANE),
    (E, "We lose two days at every month end.", "", JANE),
    (E, "I think they want to buy, probably in January.", MAIL, JANE),
    (S, "Pinged Jane again, hoping for an answer today.", PAPER, JANE),
    (S, "Recap sent in the channel.", PAPER, JANE),
    (Q, "She probably has the budget.", NOTES, JANE),
    (Q, "Great relationship, they love the product.", NOTES, JANE),
    (M, "Great meeting, went really well.", NOTES, JANE),
    (M, "I gave them the demo and showed the import.", NOTES, JANE),
    (M, "Demo on Thursday.", NOTES, JANE),
    (M, "Presented the roadmap to the team.", NOTES, JANE),
    (M, "Jane agreed to a pilot in January.", "", JANE),
    (C, "Good call, feels like a done deal.", NOTES, JANE),
    (C, "Talked about pricing, they should be OK with it.", NOTES, JANE),
    (C, "Left a voicemail, will try again on Monday.", NOTES, JANE),
    (C, "Budget is probably there.", NOTES, JANE),
    (D, "Our proposal, version 3.", PAPER, JANE),
    (D, "The deck we sent them on Monday.", PAPER, JANE),
    (D, "Contract, they will hopefully sign it soon.", PAPER, JANE),
    (E, "Angebot an den Kunden verschickt.", MAIL, JANE),
    (M, "Gutes Gespräch, sie werden wohl bald unterschreiben.", NOTES, JANE),
)
EXAMPLES = tuple(Example(*one, asks=False) for one in GOOD) + tuple(Example(*one, asks=True) for one in BAD)

CHECKED = tuple(
    Example(*one)
    for one in (
        # Written after the rules, and not looked at while they were changed.
        (E, "Please find attached the signed NDA. Our legal team had no changes.", MAIL, JANE, False),
        (E, "Jane forwarded the thread to her boss and asked him to join.", MAIL, JANE, False),
        (E, "We are currently using spreadsheets and it is killing us.", MAIL, JANE, False),
        (E, "Dear Rita, our board probably decides in January. Until then we cannot commit.", MAIL, JANE, False),
        (E, "The renewal is due on 31 March.", MAIL, JANE, False),
        (E, "Price is OK for us. Legal is still reading section 4.", MAIL, JANE, False),
        (E, "Der Betriebsrat hat zugestimmt.", MAIL, JANE, False),
        (S, "works for me", PAPER, JANE, False),
        (S, "I talked to Ravi, he is in.", PAPER, JANE, False),
        (Q, "Nobody here reads those reports any more.", NOTES, JANE, False),
        (M, "Four people from finance came; Jane asked for a second session with IT.", NOTES, JANE, False),
        (
            M,
            "Jane and Ravi agreed on three success criteria and wrote them into the shared doc.",
            NOTES,
            JANE,
            False,
        ),
        (C, "Jane told me that her CFO approved 40k on Monday.", NOTES, JANE, False),
        (C, "Ravi from IT confirmed that the interface is open.", NOTES, "Ravi Patel", False),
        (D, "Purchase order 4500012345 over 17,400 EUR.", PAPER, JANE, False),
        (D, "Minutes of the steering committee, item 4.", PAPER, JANE, False),
        (E, "Emailed Jane the summary.", MAIL, JANE, True),
        (E, "Hopefully they come back soon.", MAIL, JANE, True),
        (E, "No answer from Jane so far.", MAIL, JANE, True),
        (S, "Customer is happy.", PAPER, JANE, True),
        (Q, "I believe she wants to move fast.", NOTES, JANE, True),
        (M, "Intro meeting with the team, very positive.", NOTES, JANE, True),
        (M, "We presented the business case.", NOTES, JANE, True),
        (C, "Had a chat, all looking good.", NOTES, JANE, True),
        (C, "Jane confirmed the date.", "", JANE, True),
        (D, "Our slides from the workshop.", PAPER, JANE, True),
    )
)
