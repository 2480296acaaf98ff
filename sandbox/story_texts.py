"""The words of the story: the buyers, what they did, and what people say about it."""

from __future__ import annotations

from dataclasses import dataclass

_MAIL = "https://mail.northbeam.example/"


@dataclass(frozen=True, slots=True)
class Buyer:
    """A deal and its people as (name, role, mail)."""

    name: str
    company: str
    amount: str
    people: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence. ``criterion`` is how its text begins; ``booked`` counts working days ahead of today."""

    criterion: str
    what: str
    who: str
    link: str = ""
    file: str = ""
    days_before: int = 0
    booked: int = 0


WELCOME = (
    "Morning all. From today Stagecoach looks after our stages: type `/deal new` and a name to log a deal, `/deal` for "
    "your own, `/deal help` for the rest. A deal moves on what the *buyer* did. Deepak and I look at the proof in "
    "#deals."
)

ALDER = Buyer(
    "Alder & Finch month end",
    "Alder & Finch",
    "18k EUR",
    (("Olivia Finch", "Head of operations", "olivia@alderfinch.example"),),
)
ALDER_SAID = (
    "Since you asked, Rita: at every month end two of us spend three days on the bills, and they still go out late.",
    "The auditors are back next quarter, and last year's finding about late billing has to be closed by then.",
    "Thursday 14:00 suits us. I will bring Ravi from IT, since the interfaces are his.",
)
ALDER_PROBLEM = (
    Proof(
        "The buyer described the problem", "Month end takes two people three days, and the bills are late.", "Olivia"
    ),
    Proof(
        "The buyer named a reason to act now", "The auditors want last year's finding closed next quarter.", "Olivia"
    ),
    Proof("The buyer accepted a meeting", "Olivia accepted Thursday 14:00 and brings Ravi from IT.", "Olivia"),
)
ALDER_NEWS = (
    "Ravi and I wrote down what it has to do for us, in this order: bills out on the first working day, one list for "
    "the auditors, and no second log-in for the team."
)
ALDER_QUESTION = "Next quarter is vague. Did Olivia give you the day on which the auditors come?"

TAMSEL = Buyer(
    "Tamsel fleet planning", "Tamsel Freight", "48k EUR", (("Bo Lindgaard", "Fleet lead", "bo@tamsel.example"),)
)

ORRINVALE = Buyer(
    "Orrinvale rota planning",
    "Orrinvale Clinics",
    "€12,000",
    (("Nuria Bastos", "Practice manager", "nuria@orrinvale.example"),),
)
ORRINVALE_PROBLEM = (
    Proof(
        "The buyer described the problem",
        '"Swapping one shift takes me six phone calls, and every Friday somebody swaps."',
        "Nuria",
        _MAIL + "orrinvale/1",
    ),
    Proof(
        "The buyer named a reason to act now",
        "The new clinic opens on the first of the quarter with 14 more people in the rota.",
        "Nuria",
        _MAIL + "orrinvale/2",
        days_before=1,
    ),
)

VELMORA = Buyer(
    "Velmora crew portal",
    "Velmora Ferries",
    "27.5k EUR",
    (("Per Aksland", "Crew coordinator", "per@velmora.example"),),
)
VELMORA_PROBLEM = (
    Proof(
        "The buyer described the problem",
        '"We had two sailings short of crew last month. Each cost us about 4,000."',
        "Per",
        _MAIL + "velmora/1",
        days_before=1,
    ),
    Proof(
        "The buyer named a reason to act now",
        "The next timetable starts in ten weeks and has to be staffed two weeks before.",
        "Per",
        _MAIL + "velmora/2",
        days_before=1,
    ),
    Proof(
        "The buyer accepted a meeting",
        "Per accepted an hour on what the portal has to do, and added the head of fleet.",
        "Per",
        _MAIL + "velmora/3",
        booked=3,
    ),
)

QUILLMOOR = Buyer(
    "Quillmoor recall tracing",
    "Quillmoor Foods",
    "64k EUR",
    (("Ida Brandvoll", "Plant lead", "ida@quillmoor.example"),),
)

PELLWORTH = Buyer(
    "Pellworth booking desk",
    "Pellworth Dental",
    "17.4k EUR",
    (
        ("Hanne Okoro", "Managing director", "hanne@pellworth.example"),
        ("Luis Ferrant", "Front desk lead", "luis@pellworth.example"),
    ),
)
PELLWORTH_STAGES = (
    (
        Proof(
            "The buyer described the problem",
            '"One call in ten is never answered. That is a patient a day who goes elsewhere."',
            "Luis",
            _MAIL + "pellworth/1",
        ),
        Proof(
            "The buyer named a reason to act now",
            "Their second practice opens in eight weeks with the same three people at the desk.",
            "Hanne",
            _MAIL + "pellworth/2",
        ),
        Proof(
            "The buyer accepted a meeting",
            "Hanne and Luis accepted 45 minutes on what a booking desk has to do.",
            "Luis",
            _MAIL + "pellworth/3",
        ),
    ),
    (
        Proof(
            "The buyer wrote down, or confirmed",
            "Luis put our five requirements in his own order and added reminders by text message.",
            "Luis",
            _MAIL + "pellworth/4",
        ),
        Proof(
            "The buyer named the people who",
            '"I sign. Luis says whether the desk can live with it. Nobody else."',
            "Hanne",
            _MAIL + "pellworth/5",
        ),
        Proof(
            "The buyer accepted a date for the evaluation",
            "Hanne and Luis accepted Tuesday, with the two assistants from the desk.",
            "Luis",
            _MAIL + "pellworth/6",
        ),
    ),
    (
        Proof(
            "The buyer attended the evaluation",
            "Four of them came. Nine questions in the shared list, all closed by Luis.",
            "Luis",
            _MAIL + "pellworth/7",
        ),
        Proof(
            "Before the call ended",
            'Hanne booked "How we go on" for Friday while we were still talking.',
            "Hanne",
            _MAIL + "pellworth/8",
        ),
        Proof(
            "The buyer replied to the recap",
            '"Correct, see you on Friday. I will bring the figure for the second practice."',
            "Hanne",
            _MAIL + "pellworth/9",
        ),
    ),
    (
        Proof(
            "The people who decide on the buyer",
            '"The desk wants it, so do I." Luis answered below: "From Monday, please."',
            "Hanne",
            _MAIL + "pellworth/10",
        ),
        Proof(
            "The buyer confirmed the sum",
            "17,400 a year comes out of the budget of the second practice.",
            "Hanne",
            _MAIL + "pellworth/11",
        ),
        Proof(
            "The buyer confirmed a dated list",
            "Shared plan with five steps; Hanne entered the day of her signature.",
            "Hanne",
            _MAIL + "pellworth/12",
        ),
    ),
    (
        Proof(
            "The buyer accepted the price",
            '"Agreed: 17,400 a year, paid yearly, from the first."',
            "Hanne",
            _MAIL + "pellworth/13",
            days_before=1,
        ),
        Proof(
            "A person who may sign",
            "Signed by Hanne Okoro, managing director.",
            "Hanne",
            file="pellworth-agreement.pdf",
        ),
    ),
)


def signed_page(text: str) -> bytes:
    """A page of PDF with one line on it."""
    line = text.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    drawn = b"BT /F1 16 Tf 72 720 Td (" + line + b") Tj ET"
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    )
    page, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return page + end % (table, len(page))
