"""Walks the six tasks in Firefox, so that no page works in one browser alone.

    make firefox                           all of them
    make firefox ARGS="interpreter visit"  those with one of these words

Debian's firefox-esr is driven by puppeteer-core (a package of npm, put into build/node by the Makefile) over WebDriver
BiDi. What each walk leaves in the database is looked at as in `test_six_tasks.py`. Exit code 1 if one of them fails.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy.exc import InvalidRequestError

from tests.browser import test_six_tasks as tasks
from tests.browser.house import House
from tests.browser.office import PASSPHRASE

NODE = Path(__file__).parents[2] / "build/node/package.json"
WALKER = Path(__file__).with_name("firefox.mjs")
PATIENCE = 40_000  # milliseconds
SEND_CALL = ["go", 'Save call[role="button"]']
REFER = [
    ["go", 'Refer Marsh Lane Homes: Repair damage or make the home safe[role="link"]'], ["press", "css:[name=items]"],
    ["go", 'Check permission[role="button"]'], ["go", 'Send now[role="button"]'],
]  # fmt: skip
STEPS: dict[str, list[list[str]]] = {
    "Log a call, from the case": [["go", "css:main a[href*='/call/?case=']"], ["write", tasks.NOTE], SEND_CALL],
    "Log a call, from anywhere": [
        ["go", 'css:header a[href$="/call/"]'], ["keys", *"rehana"], ["enter"],
        ["go", "css:main .whose-name"], ["write", tasks.NOTE], SEND_CALL,
    ],
    "Open a case with an interpreter need": [
        ["go", 'New enquiry[role="link"]'], ["write", "Fatuma Abdi"], ["press", "css:[name=reach]"],
        ["write", "07700 900177"], ["press", "css:label:has([value=phone_only])"],
        ["list", "css:[name=language_id]", *"som"], ["press", "css:[name=what]"], ["write", "Stones were thrown."],
        ["list", "css:[name=area_id]", *"new"],
        ["go", 'Save enquiry[role="button"]'],
    ],
    "Book a home visit": [
        ["go", 'Book home visit[role="link"]'], ["press", "css:[name=cannot_attend_reason]"],
        ["write", tasks.REASON], ["go", "css:.offer button"],
    ],
    "Refer to an agency": [["go", "css:main a[href*='/refer/?case=']"], *REFER],
    "Refer, from the list of agencies": REFER,
    "Find an interpreter": [
        ["go", "css:main a[href*='#need-']"], ["go", "css:.need .offer button"],
    ],
    "Figures for the funder": [
        ["go", "css:nav a[href$='/funder/']"], ["go", 'Show the preview[role="button"]'],
        ["go", 'Make the workbook[role="button"]'], ["file", 'Download the workbook[role="button"]'],
    ],
}  # fmt: skip


def walked(house: House, task: str) -> dict[str, Any]:
    """Give what Firefox tells of one walk: faults, cost, its version."""
    who, begins, _walk, is_done = tasks.WALKS[task]
    house.fresh()
    if is_done is tasks.file_is_made:
        tasks.a_grant(house)
    order = {
        "modules": str(NODE), "firefox": shutil.which("firefox-esr") or shutil.which("firefox"), "url": house.url,
        "who": who, "passphrase": PASSPHRASE, "begins": begins.format(**house.office.ids), "steps": STEPS[task],
        "patience": PATIENCE,
    }  # fmt: skip
    ran = subprocess.run(["node", str(WALKER)], input=json.dumps(order), capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(ran.stdout)
    try:
        is_done(house, house.office)
    except (AssertionError, ValueError, InvalidRequestError) as wrong:
        told["faults"].append(f"not what the office was to hold: {wrong!r}")
    return told


def main() -> int:
    chosen = [task for task in tasks.WALKS if not sys.argv[1:] or any(word in task for word in sys.argv[1:])]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        for task in chosen:
            told = walked(house, task)
            failed += bool(told["faults"])
            cost = " / ".join(str(told["cost"][name]) for name in ("clicks", "keys", "pages"))
            sys.stdout.write(f"{told['version']}  {task:40} {cost}  {'; '.join(told['faults']) or 'as it should be'}\n")
            sys.stdout.flush()
        house.close()
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
