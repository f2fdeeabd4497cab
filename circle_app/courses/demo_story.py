"""The words of the demo circles: people, evenings, promises and notes of neighbours who do not exist."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PersonStory:
    name: str
    contact: str = ""
    needs: str = ""
    languages: str = "en"
    offers: str = ""
    role: str | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class StepStory:
    """`spent` is the minutes a past step took; `lead` a first name."""

    title: str
    minutes: int
    lead: str = ""
    mode: str = "talk"
    question: str = ""
    method: str = ""
    materials: str = ""
    least: int | None = None
    spent: int = 0


@dataclass(frozen=True, slots=True)
class LineStory:
    """A line of a past evening: `at` is minutes after the start; `due` and `done` are days from today, for promises."""

    kind: str
    text: str
    by: str
    at: int
    owner: str = ""
    due: int | None = None
    done: int | None = None
    project: str = ""
    hands: int | None = None
    parked: bool = False


@dataclass(frozen=True, slots=True)
class EveningStory:
    """`day` is days from today. Who is in no list came on time; `coming` is for evenings still ahead."""

    title: str
    day: int
    steps: tuple[StepStory, ...] = ()
    lines: tuple[LineStory, ...] = ()
    late: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    place: str | None = None
    minutes: int = 90


@dataclass(frozen=True, slots=True)
class NoteStory:
    title: str
    body: str
    by: str
    project: str = ""
    day: int = -7


@dataclass(frozen=True, slots=True)
class RoleStory:
    """Who (a first name) held or holds a role; `evening` counts from 0."""

    evening: int
    kind: str
    who: str


@dataclass(frozen=True, slots=True)
class CheckStory:
    """A thing to do `days` from the first evening; `done` is days from today."""

    phase: str
    days: int
    title: str
    owner: str = ""
    done: int | None = None


@dataclass(frozen=True, slots=True)
class CircleStory:
    name: str
    topic: str
    place: str
    rhythm: str
    plan: str
    color: str
    agreements: str
    people: tuple[PersonStory, ...]
    evenings: tuple[EveningStory, ...]
    projects: tuple[tuple[str, str], ...] = ()
    promises: tuple[LineStory, ...] = ()
    notes: tuple[NoteStory, ...] = ()
    brings: tuple[tuple[str, str, str], ...] = field(default=())
    cycle: str = ""
    roles: tuple[RoleStory, ...] = ()
    checks: tuple[CheckStory, ...] = ()
    clock: str = "18:30"


PLANTERS, TREE_PITS = "Planters at the school gate", "Tree pits on the north side"

ELM_STREET = CircleStory(
    name="Elm Street Greening",
    topic="A greener, calmer street between the park and the school",
    place="Community Hall",
    rhythm="Every second {weekday}, 18:30",
    plan="Six evenings. We listen first, walk the street, choose two things to try, and plant something we can keep "
    "alive. After the sixth evening we decide whether to go on, and who proposes the next plan.",
    color="#1E6B62",
    agreements="- Everyone speaks once before anyone speaks twice.\n"
    "- We say what we need, and we may pass.\n"
    "- Who promises writes a date; a promise may be given back.\n"
    "- What is told in the round stays in the room.",
    people=(
        PersonStory("Amina Diallo", "amina@elm-street.example", languages="en, fr", offers="facilitating", role="organizer"),
        PersonStory("João Prates", "020 7946 0102", languages="pt, en", offers="a driving licence, strong arms"),
        PersonStory("Łucja Nowak", "lucja@elm-street.example", languages="pl, en", offers="projector, translation"),
        PersonStory("Sam Okoro", "020 7946 0104", offers="knows the council"),
        PersonStory("Mei Tan", "mei@elm-street.example", languages="zh, en", offers="drawing"),
        PersonStory("Ravi Menon", "020 7946 0106", languages="en, ml", offers="carpentry"),
        PersonStory("Greta Holm", "020 7946 0107", needs="step-free", languages="sv, en", offers="seeds and patience"),
        PersonStory("Omar Haddad", "omar@elm-street.example", languages="ar, en", offers="keys of the hall"),
        PersonStory("Rosa Vidal", "rosa@elm-street.example", languages="es, en", offers="soup"),
        PersonStory("Kofi Mensah", "020 7946 0110", languages="en, tw", offers="taking notes"),
        PersonStory("Ines Costa", "020 7946 0111", needs="children", languages="pt, en"),
        PersonStory("Tom Byrne", "tom@elm-street.example", offers="tools"),
        PersonStory("Hana Kim", "hana@elm-street.example", needs="interpreter", languages="ko"),
        PersonStory("Yusuf Demir", "020 7946 0114", languages="tr, en", confirmed=False),
    ),
    evenings=(
        EveningStory(
            "Listen to our street",
            -27,
            steps=(
                StepStory("Arrive", 15, "Amina", "round", "What do you hear when you open your window?", spent=17),
                StepStory("Listen in pairs", 25, "Mei", "pairs", "When did this street feel most like home?", spent=25),
                StepStory("Three questions for our neighbours", 35, "Łucja", materials="Paper, pens", spent=33),
                StepStory("Closing round", 15, "Rosa", "round", "What do you take home?", spent=12),
            ),
            lines=(
                LineStory("note", "Children count the parked cars on the way to school: forty-one.", "Ines", 12),
                LineStory("decision", "We meet every two weeks until spring.", "Amina", 48, hands=11),
                LineStory("decision", "We listen at the doors before we plan anything.", "Łucja", 63),
                LineStory("task", "Knock at the doors of numbers 2 to 30", "Łucja", 70, "Łucja", -15, -16),
                LineStory("task", "Knock at the doors of numbers 31 to 60", "Łucja", 71, "Kofi", -15, -15),
                LineStory("idea", "A bench where the bus stop was.", "Greta", 76),
            ),
            late=("Tom",),
            excused=("Hana",),
            absent=("Ravi",),
            unmarked=("Yusuf",),
        ),
        EveningStory(
            "Walk the street together",
            -13,
            steps=(
                StepStory("What we heard at the doors", 20, "Kofi", "round", "What surprised you?", spent=26),
                StepStory("Walk and notice", 40, "João", "pairs", "Where would you stay five minutes more?", spent=44),
                StepStory("One map", 20, "Mei", "vote", materials="Large map, sticky dots", spent=15),
                StepStory("Closing round", 10, "Omar", "round", "What had you walked past before?", spent=6),
            ),
            lines=(
                LineStory("note", "Nobody knows who empties the bin at the corner.", "Omar", 14),
                LineStory("note", "Greta cannot pass number 22 in her chair when bins are out.", "Sam", 52),
                LineStory("decision", "We begin with the school gate and the corner of number 40.", "Mei", 74, hands=10),
                LineStory("task", "Ask the council for the tree-pit map", "Sam", 78, "Sam", 11, None, TREE_PITS),
                LineStory("task", "Book the van for the soil delivery", "João", 79, "João", -2, None, PLANTERS),
                LineStory("task", "Find out who holds a key to the tap at the school", "Ines", 80, "Ines", 3),
                LineStory("task", "Put the map up in the shop window", "Rosa", 82, "Rosa", -9, -10),
                LineStory("idea", "Paint the bollards with the school.", "Mei", 83),
                LineStory("idea", "Who owns the alley behind 36?", "Tom", 84, parked=True),
                LineStory("idea", "Summer party date", "Rosa", 85, parked=True),
            ),
            late=("Ines", "Omar"),
            excused=("Tom",),
            unmarked=("Hana", "Yusuf"),
            guests=("Priya from number 12",),
        ),
        EveningStory(
            "What could our street become?",
            1,
            steps=(
                StepStory("Welcome & check-in", 10, "Amina", "round", "One word for how you arrive?", "One word each."),
                StepStory(
                    "What we heard", 15, "Łucja", "talk", "What do the doors of three streets tell us?",
                    "Door-knocking results, 3 streets\n\n- five minutes for each street\n- questions at the end", least=10,
                ),
                StepStory(
                    "Round: one thing to change", 14, "Mei", "round",
                    "If you could change one thing between here and the school, what would it be?",
                    "Everyone speaks once, no replies",
                ),
                StepStory(
                    "Choose two to try", 20, "Sam", "vote", "Which two shall we try for six weeks?",
                    "Dot vote, then consent\n\n1. Three dots each\n2. Read the two aloud\n3. *Can you live with this?*",
                    "Sticky dots, large map", least=12,
                ),
                StepStory(
                    "Who does what", 12, "Ravi", "talk", "What will you carry, and until when?",
                    "Tasks with a name and a date", least=8,
                ),
                StepStory("Closing round", 9, "Rosa", "round", "What is one thing you take home?", "One thing you take home"),
            ),
            maybe=("Hana", "Yusuf"),
            place="Community Hall, Room 2",
        ),
        EveningStory("Soil, water and permission", 15),
        EveningStory("Make a plan we can keep", 29),
        EveningStory("What next for our circle?", 43),
    ),
    projects=(
        (PLANTERS, "Twelve tubs of lavender and thyme where the railing was, watered by the classes in turn."),
        (TREE_PITS, "Six empty pits. Find out whose they are, then plant what bees like."),
    ),
    promises=(
        LineStory("task", "Ask the school about the side gate", "Amina", 0, "Amina", 6, None, PLANTERS),
        LineStory("task", "Collect jam jars for the closing evening", "Greta", 0, "Greta", 40),
    ),
    notes=(
        NoteStory(
            "What neighbours said at the doors",
            "We knocked at **58 doors**; 34 opened.\n\n"
            "| What they said | how often |\n|---|--:|\n| shade in July | 17 |\n| a place to sit | 12 |\n"
            "| slower cars at 8:20 | 11 |\n| leave it as it is | 4 |\n\n"
            "> “I would water it if somebody showed me how.”\n\n- [x] Numbers 2 to 30\n- [x] Numbers 31 to 60\n"
            "- [ ] The flats above the bakery\n",
            "Kofi",
            day=-12,
        ),
        NoteStory(
            "Plants that survive our street",
            "Dry, windy, hot at three in the afternoon.\n\n1. Lavender, in full sun\n2. Thyme, between the stones\n"
            "3. Hardy geranium, under the trees\n\nWater *deeply* twice a week in the first summer.\n",
            "Greta",
            PLANTERS,
            -5,
        ),
    ),
    brings=(
        ("Łucja", "facilitate", "Leads the evening"),
        ("Kofi", "notes", "Writes the lines"),
        ("Omar", "host", "Opens the hall at six"),
        ("Rosa", "bring", "Soup for fourteen"),
        ("Tom", "time", "Watches the clock"),
    ),
    cycle="First cycle",
    roles=(
        RoleStory(0, "facilitate", "Amina"), RoleStory(0, "host", "Rosa"), RoleStory(0, "wrangle", "João"),
        RoleStory(0, "notes", "Mei"), RoleStory(0, "time", "Kofi"),
        RoleStory(1, "facilitate", "João"), RoleStory(1, "host", "Greta"), RoleStory(1, "wrangle", "Amina"),
        RoleStory(1, "notes", "Sam"), RoleStory(1, "time", "Ravi"),
        RoleStory(2, "wrangle", "Hana"), RoleStory(3, "facilitate", "Mei"), RoleStory(3, "host", "Ines"),
    ),
    checks=(
        CheckStory("before", 28, "Find three people who want to do this", "Amina", -56),
        CheckStory("before", 21, "Find a room that everybody can get into", "Omar", -49),
        CheckStory("before", 14, "Knock at every door of the street", "Kofi", -40),
        CheckStory("during", 0, "Ask everybody what they hope to take home", "Amina", -28),
        CheckStory("during", 14, "Agree how we want to treat each other", "Łucja", -14),
        CheckStory("during", 31, "Halfway: look at our goals and change the plan", "Mei"),
        CheckStory("during", 40, "Ask the council for permission to plant", "Sam"),
        CheckStory("after", 74, "Send the notes to everybody"),
        CheckStory("after", 84, "Decide: stop here, go on, or hand the next plan to two others"),
    ),
)  # fmt: skip

NIGHT_BUSES = CircleStory(
    name="Night Buses",
    topic="Getting home from the late shift",
    place="Library, small room",
    rhythm="Once a month",
    plan="Ask who travels after midnight, write it up, and take it to the bus company together.",
    color="#2F5F9E",
    agreements="- We count before we complain.",
    people=(
        PersonStory("Mei Tan"), PersonStory("Omar Haddad"), PersonStory("Amina Diallo", role="organizer"),
        PersonStory("Dario Rossi"), PersonStory("Fatou Ndiaye"), PersonStory("Lena Vogel"),
        PersonStory("Piet de Boer"), PersonStory("Noor Aziz", confirmed=False), PersonStory("Ben Adler", confirmed=False),
    ),
    evenings=(
        EveningStory(
            "Who travels after midnight?",
            -14,
            steps=(
                StepStory("Arrive", 10, "Mei", "round", "When did you last miss the last bus?", spent=11),
                StepStory("The survey", 40, "Omar", "talk", "What must we ask?", spent=42),
                StepStory("Who does what", 10, "Amina", "talk", spent=9),
            ),
            lines=(
                LineStory("decision", "We ask at the hospital, the bakery and the depot.", "Omar", 30, hands=7),
                LineStory("decision", "Ten questions, not more.", "Lena", 38),
                LineStory("decision", "We go to the bus company together or not at all.", "Fatou", 50),
                LineStory("task", "Ask the library about the small room", "Mei", 55, "Mei", 7),
                LineStory("task", "Write up the bus survey", "Omar", 56, "Omar", 9),
                LineStory("task", "Print 60 door cards", "Amina", 57, "Amina", 0, 0),
            ),
            unmarked=("Noor", "Ben"),
            minutes=60,
        ),
        EveningStory("What the survey says", 9, maybe=("Ben",), minutes=60),
    ),
    clock="19:00",
)  # fmt: skip

REPAIR_CAFE = CircleStory(
    name="Repair Café",
    topic="Mending things together on a Saturday",
    place="School workshop",
    rhythm="Waiting for a date",
    plan="One Saturday of mending, and then we see.",
    color="#B2442A",
    agreements="- Who brings it stays while it is mended.",
    people=(
        PersonStory("Rosa Vidal", role="organizer"), PersonStory("Ravi Menon"), PersonStory("Tom Byrne"),
        PersonStory("Amina Diallo"), PersonStory("Elif Kaya"), PersonStory("Marek Dvořák", confirmed=False),
        PersonStory("Aiko Mori", confirmed=False), PersonStory("Siobhan Walsh", confirmed=False),
        PersonStory("Teo Marin", confirmed=False), PersonStory("Zanele Dube", confirmed=False),
        PersonStory("Nils Berg", confirmed=False),
    ),
    evenings=(),
    promises=(LineStory("task", "Borrow eight folding chairs from the school", "Rosa", 0, "Rosa", 3),),
)  # fmt: skip
