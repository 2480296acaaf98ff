"""The words of what was sold, and not sold, before the last few weeks: a customer, and a deal that was lost."""

from __future__ import annotations

from sandbox.story_texts import Buyer, Proof

_MAIL = "https://mail.northbeam.example/farrowmere/"

OSTLEBROOK = Buyer(
    "Ostlebrook job tickets",
    "Ostlebrook Print",
    "22k EUR",
    (("Mads Terling", "Print room lead", "mads@ostlebrook.example"),),
)
OSTLEBROOK_REASON = "Not now"
OSTLEBROOK_LEARNED = "They were in the middle of moving house. Ask for the calendar of the year before the first demo."

FARROWMERE = Buyer(
    "Farrowmere bake planning",
    "Farrowmere Bakeries",
    "21k EUR",
    (("Ines Falk", "Head of production", "ines@farrowmere.example"),),
)


def _proof(criterion: str, what: str, number: int) -> Proof:
    return Proof(criterion, what, "Ines", f"{_MAIL}{number}")


FARROWMERE_SALE = (
    (
        _proof("The buyer described the problem", '"We throw away every ninth loaf. That is 1,900 a month."', 1),
        _proof("The buyer named a reason to act now", "Flour is dearer from the first of next quarter.", 2),
        _proof("The buyer accepted a meeting", "Ines accepted an hour and brings the two shift leads.", 3),
    ),
    (
        _proof("The buyer wrote down, or confirmed", "Ines put waste first and the night shift second.", 4),
        _proof("The buyer named the people who", '"I decide, the shift leads have to want it."', 5),
        _proof(
            "The buyer accepted a date for the evaluation",
            "Ines accepted Wednesday at six, between shifts.",
            6,
        ),
    ),
    (
        _proof("The buyer attended the evaluation", "Three of them came. Seven questions, all closed by Ines.", 7),
        _proof("Before the call ended", "Ines booked half an hour on how to proceed.", 8),
        _proof("The buyer replied to the recap", '"That is how I saw it. Until Friday."', 9),
    ),
    (
        _proof("The people who decide on the buyer", "Ines and both shift leads wrote that they want it.", 10),
        _proof("The buyer confirmed the sum", "21,000 from the budget of the bakery in town.", 11),
        _proof("The buyer confirmed a dated list", "Four steps; Ines entered the day of the signature.", 12),
    ),
    (
        _proof("The buyer accepted the price", '"21,000 a year, paid yearly: agreed."', 13),
        Proof(
            "A person who may sign",
            "Signed by Ines Falk, who runs production.",
            "Ines",
            file="farrowmere-agreement.pdf",
        ),
    ),
)
FARROWMERE_DELIVERY = (
    (
        _proof("The buyer named the person who leads", "The lead of the early shift runs it, one day a week.", 14),
        _proof("The buyer accepted a date for the kick-off", "Kick-off accepted by Ines and the shift lead.", 15),
    ),
    (
        _proof("The buyer attended the kick-off", "Ines and the shift lead came, minutes sent to both.", 16),
        _proof("The buyer confirmed the list", '"Complete. Count the loaves on Saturdays."', 17),
        _proof("The buyer confirmed the plan", "The shift lead entered the days for the scales.", 18),
    ),
    (
        _proof("The buyer accepted the delivery", '"We accept this as delivered."', 19),
        _proof("The buyer's own people have used it", "Two weeks of plans made by both shift leads.", 20),
        _proof("The buyer reported a first result", "Every fourteenth loaf now, before that every ninth.", 21),
    ),
)
