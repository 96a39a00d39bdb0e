"""What belongs in each list, told where it is still empty: what comes here, and from where."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TEACHES = {
    "client": _l("Everybody who came to us, by the name they want. A new enquiry makes the record by itself."),
    "case": _l("What somebody came to us with, from the first contact until after-care."),
    "casenote": _l("Calls, meetings and what was said. Log a call, or add a note on the page of a case."),
    "incident": _l("What happened, where and when, as the client saw it. It is written down on the page of a case."),
    "consent": _l("What a client has agreed that we tell, to whom and for what. Nothing leaves without one."),
    "referral": _l("What we asked of agencies for a client. Press “Refer” on the page of a case."),
    "chase": _l("Each time an agency was asked again. It begins with “Chase” beside an answer that is awaited."),
    "conduct": _l("How an agency dealt with somebody, good or bad: what scorecards and patterns are counted from."),
    "consequence": _l("What being left without help led to: a lost home, a missed school, a debt."),
    "correspondence": _l("Letters and messages that came in or went out. They are written on the page of a case."),
    "appointment": _l("Meetings and visits, with who goes. The planner offers times at which all are free."),
    "task": _l("What is to be done by when. A task also comes by itself with a call, a plan or a referral."),
    "deadline": _l("Days that courts and agencies have set. They are added on the page of a case, with reminders."),
    "filerequest": _l("Who asked to see their file, with its clock. It begins on the page of a case."),
    "feedback": _l("What clients said of us, kind or not; the review reads it."),
    "complaint": _l("What somebody found wrong with our work, what was looked into and what was answered."),
    "filereview": _l("A second pair of eyes on a file: what was found, and what to mend."),
    "review": _l("The reviews of all open cases, one every two months. The first is planned on “Review”."),
    "reviewentry": _l("What was said of each case in a review. It is written on the board of the review."),
    "reviewremark": _l("What was added to a review after it was complete, since the review itself stays as it was."),
    "issue": _l("What several cases have in common. Tick cases on the board of a review, or begin from one case."),
    "issueevidence": _l("The cases, conduct and figures on which an issue rests. They are added on its page."),
    "pattern": _l("What the radar found more often than chance explains, and what the office said of it."),
    "campaign": _l("What the office demands in public. One begins once a manager has adopted an issue."),
    "campaignevent": _l("What was done in a campaign, day by day. It is written on its page."),
    "campaignquote": _l(
        "Clients' own words, each with their permission to print it. They are added on a campaign's "
        "page."
    ),
    "evidencepack": _l("What was handed out for a campaign, kept as it was. A pack is made on the page of a campaign."),
    "restriction": _l("Limits on how somebody may reach us, why, and until when they are looked at again."),
    "leadership": _l("Who led which case from when until when. Handing a case over writes it down."),
    "reopening": _l("Closed cases that were opened again, and why."),
    "agency": _l("Police, councils, landlords and partners: what they cover, their telephone, whom we know there."),
    "figuresrequest": _l("Questions to public bodies about their own figures. They begin on the page of an agency."),
    "volunteer": _l("Who helps us: languages, hours, what they have signed, whom they keep away from."),
    "languagerequest": _l(
        "Spoken, signed or written: what is needed of interpreters. A meeting with a language makes one "
        "itself."
    ),
    "turnaway": _l("What we could not give, and why: it is how a gap is shown. It is written where help was refused."),
    "plan": _l("What a client and we agreed to do. A plan is written on the page of a case."),
    "planstep": _l("The steps of all plans, by who takes them and until when."),
    "measure": _l("How a client stands, from 0 to 4, asked when a plan begins and when it ends."),
    "incidentreport": _l("Who was told of an incident, under which number, and what they call it."),
    "document": _l("Letters, photographs and recordings as they came. They are added on the page of a case."),
    "publication": _l("What a client agreed to have printed, where, and until when."),
    "disclosure": _l("What was told without permission because somebody was in danger, and who decided."),
    "release": _l("What left the office about a client: to whom, on which day, under which permission."),
    "retention": _l("What was decided of files whose day had come. It is decided under “Retention review”."),
    "breach": _l("What went wrong with somebody's data. The clock of 72 hours begins when it is known."),
    "accountcheck": _l("When somebody looked whether each account is still needed."),
    "staff": _l("Who works here: team, hours, telephone."),
    "conflict": _l("Who must not meet a file, because they know the person. Their own lists then leave it out."),
    "team": _l("People who read each other's files. Everybody in an office of one team is in it."),
    "user": _l("Who may sign in, and in which role."),
    "area": _l("Boroughs: where clients live, and what agencies and grants cover."),
    "travel": _l("Minutes from one borough to another, so that nobody is booked in two places."),
    "language": _l("What clients and volunteers speak, write or sign."),
    "venue": _l("Rooms that can be booked, and which of them can be reached without steps."),
    "code": _l("The words that forms offer to choose from."),
    "extrafield": _l(
        "Questions that only your office asks. A field then stands in form, list, filter, search and "
        "sheet."
    ),
    "closedday": _l("Days on which the office is shut. No due day falls on them."),
    "setting": _l("What the office promises, and its hours. They come with the program."),
    "standard": _l("How long an agency may take to answer, by its own rules or by law."),
    "helplineshift": _l("Whose turn it is on the emergency helpline, and who stands behind them."),
    "lettertemplate": _l("Letters of the office as Word files. Bring one in, and it is offered on each case."),
    "savedtable": _l("Tables that somebody kept by name. Build one under “Figures”."),
    "grant": _l("Who pays, from when until when, and for which boroughs. Funder files then count only these."),
    "fundertemplate": _l("A funder's own list of questions, each with the figure that answers it."),
    "funderfile": _l(
        "Files that were made for funders, each with its fingerprint. They are made under “Funder "
        "files”."
    ),
    "import": _l("Spreadsheets that were brought in, each of which can be taken back as a whole."),
    "importmapping": _l("Which column of a known sheet is what. It is kept at the end of an import."),
    "setupchange": _l("What was changed in the set-up, with what stood there before. Each can be undone."),
    "audit": _l("Who opened, changed or sent what. It writes itself with the first act."),
}  # fmt: skip
