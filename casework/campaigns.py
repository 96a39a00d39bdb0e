"""From an issue to a campaign: demands, to whom and with whom, a dated log, words of clients, and how it ends.

A quote is taken in only under a live permission of its own kind and printed only while that holds: see `may_print`.
Source: empowering casework article, service users' words; migrant families statement, joint campaigns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import guard, tasks
from casework.audit import changed_fields
from casework.changes import is_changed, is_new, was
from casework.consent import live_permission, must_permit
from casework.context import acting
from casework.issues import DECIDES
from casework.naming import somebody_in
from casework.problems import Problem, RuleBroken
from casework.publications import publish
from casework.scope import office_wide
from models import (
    Agency,
    Campaign,
    CampaignDemand,
    CampaignEvent,
    CampaignQuote,
    Case,
    EvidencePack,
    Issue,
    IssueEvidence,
    Publication,
)
from models.campaigns import EVENT_KINDS, OVER

BY_MANAGER = "A manager leads a campaign's steps. Ask them; who leads it stands on its page."

# Facts


def campaigns(db: Session) -> list[Campaign]:
    """Give every campaign, the running ones first, then the newest."""
    found = select(Campaign).order_by(Campaign.began_on.desc(), Campaign.id.desc()).options(
        joinedload(Campaign.lead), selectinload(Campaign.issues), selectinload(Campaign.partners),
        selectinload(Campaign.log),
    )  # fmt: skip
    return sorted(db.scalars(found), key=lambda one: one.status != "running")


def log_of(db: Session, campaign: Campaign) -> list[CampaignEvent]:
    """Give the log, the newest first."""
    found = select(CampaignEvent).where(CampaignEvent.campaign_id == campaign.id)
    by_day = found.order_by(CampaignEvent.happened_on.desc(), CampaignEvent.id.desc())
    return list(db.scalars(by_day.options(joinedload(CampaignEvent.agency), joinedload(CampaignEvent.by))))


def counted_log(log: Sequence[CampaignEvent]) -> list[tuple[str, int]]:
    """Give how often each kind of thing was done, by its words, in the order of the kinds."""
    number = Counter(one.kind for one in log)
    return [(words, number[word]) for word, words in EVENT_KINDS if number[word]]


def reply_due(log: Sequence[CampaignEvent]) -> date | None:
    """Give the day of the first reply that is still awaited: from somebody who has not replied since."""
    replied = [(one.agency_id, one.happened_on) for one in log if one.kind in ("reply", "result")]
    waits = [
        one.reply_by for one in log
        if one.reply_by is not None and not any(who == one.agency_id and day >= one.happened_on for who, day in replied)
    ]  # fmt: skip
    return min(waits, default=None)


def quotes_of(db: Session, campaign: Campaign) -> list[CampaignQuote]:
    """Give the words that may be used, within the reader's scope; what was taken out is left away."""
    found = select(CampaignQuote).where(CampaignQuote.campaign_id == campaign.id, CampaignQuote.out_on.is_(None))
    return list(db.scalars(found.order_by(CampaignQuote.id).options(
        joinedload(CampaignQuote.client), joinedload(CampaignQuote.case)
    )))  # fmt: skip


def quotes_in_all(db: Session, campaign: Campaign) -> int:
    """Count the words that may be used, whoever may meet their clients."""
    found = select(CampaignQuote.id).where(CampaignQuote.campaign_id == campaign.id, CampaignQuote.out_on.is_(None))
    return len(db.scalars(office_wide(found)).all())


def may_print(db: Session, quote: CampaignQuote) -> bool:
    """Say whether these words may be printed today."""
    today = acting(db).today
    return live_permission(db, quote.client, quote.kind, today, case=quote.case, today=today) is not None


def packs_of(db: Session, campaign: Campaign) -> list[EvidencePack]:
    found = select(EvidencePack).where(EvidencePack.campaign_id == campaign.id).order_by(EvidencePack.id.desc())
    return list(db.scalars(found.options(joinedload(EvidencePack.made_by))))


def workbooks_of(db: Session, campaign: Campaign) -> list[bytes]:
    """Give the workbooks that were made of a campaign, the newest first; any of them may have left the office."""
    found = select(EvidencePack.xlsx).where(EvidencePack.campaign_id == campaign.id).order_by(EvidencePack.id.desc())
    return list(db.scalars(found))


def is_permitted(db: Session, pack: EvidencePack) -> bool:
    """Say whether everything that is quoted in a pack may still be printed today, whoever may meet whom."""
    found = (
        select(Publication).select_from(EvidencePack).join(EvidencePack.publications).where(EvidencePack.id == pack.id)
    )
    rows = db.scalars(office_wide(found.options(joinedload(Publication.consent)))).unique().all()
    today = acting(db).today
    return all(
        one.taken_down_on is None and one.consent.expires_on >= today
        and (one.consent.withdrawn_on is None or one.consent.withdrawn_on > today)
        for one in rows
    )  # fmt: skip


# Verbs


def start(
    db: Session, title: str, issues: Sequence[Issue], demands: Sequence[str], *, targets: Sequence[Agency] = (),
    partners: Sequence[Agency] = (),
) -> Campaign:  # fmt: skip
    """Begin a campaign today on adopted issues. Raises RuleBroken."""
    made = Campaign(
        title=title, issues=list(issues), targets=list(targets), partners=list(partners),
        demands=[CampaignDemand(text=one) for one in demands], began_on=acting(db).today, status="running",
        lead=tasks.whoever_acts(db),
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def demand(db: Session, campaign: Campaign, text: str) -> CampaignDemand:
    """Ask for one more thing. Raises RuleBroken."""
    made = CampaignDemand(campaign=campaign, text=text)
    db.add(made)
    db.flush()
    return made


def stand(db: Session, campaign: Campaign, targets: Sequence[Agency], partners: Sequence[Agency]) -> Campaign:
    """Say anew to whom a campaign speaks and with whom; each agency stands once on its side. Raises RuleBroken."""
    campaign.targets, campaign.partners = list(dict.fromkeys(targets)), list(dict.fromkeys(partners))
    db.flush()
    return campaign


def write_down(
    db: Session, campaign: Campaign, kind: str, what: str, *, on: date | None = None, agency: Agency | None = None,
    reply_by: date | None = None,
) -> CampaignEvent:  # fmt: skip
    """Add a line to a campaign's log; a reply that is due becomes a task of whoever leads it. Raises RuleBroken."""
    made = CampaignEvent(
        campaign=campaign, kind=kind, what=what, happened_on=on or acting(db).today, agency=agency, reply_by=reply_by,
        by=tasks.whoever_acts(db),
    )  # fmt: skip
    db.add(made)
    db.flush()
    if reply_by is not None and campaign.lead is not None:
        whom = f" from {agency.name}" if agency is not None else ""
        tasks.ask(db, campaign.lead, f"Campaign: reply due{whom}", reply_by, kind="follow_up")
        db.flush()
    return made


def named_in(db: Session, campaign: Campaign, texts: Sequence[str], quotes: Sequence[CampaignQuote]) -> list[str]:
    """Give whom these texts name that is behind the campaign: its clients, our people, a reference; none if nobody."""
    clients = {*_clients_behind(db, campaign), *(one.client_id for one in quotes)}
    return [whom for one in texts if (whom := somebody_in(db, one, clients))]


def _clients_behind(db: Session, campaign: Campaign) -> set[int]:
    """Give the numbers of the clients on whose evidence a campaign rests, or did, whoever may meet them."""
    with db.no_autoflush:
        issues = [one.id for one in campaign.issues]
        found = select(IssueEvidence.client_id).where(IssueEvidence.issue_id.in_(issues))
        return set(db.scalars(office_wide(found)))


def keep_pack(
    db: Session, campaign: Campaign, quotes: Sequence[CampaignQuote], files: tuple[bytes, bytes],
    prints: tuple[str, str], *, threshold: int, left_out: int,
) -> EvidencePack:  # fmt: skip
    """Keep a pack as it was made: each quote is made public under its permission. Raises RuleBroken where one is gone.

    `files` and `prints` are of the document and of the workbook.
    """
    used = f"Evidence pack: {campaign.title}"
    today = acting(db).today
    made = EvidencePack(
        campaign=campaign, made_on=today, made_by=tasks.whoever_acts(db), threshold=threshold, quoted=len(quotes),
        left_out=left_out, docx=files[0], xlsx=files[1], docx_sha256=prints[0], xlsx_sha256=prints[1],
        publications=[
            publish(db, one.client, one.kind, one.words, used, case=one.case, printed_on=today) for one in quotes
        ],
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def same_pack(db: Session, campaign: Campaign, prints: tuple[str, str]) -> EvidencePack | None:
    """Give the pack of today with these very bytes, where there is one."""
    return next((
        one for one in packs_of(db, campaign)
        if (one.docx_sha256, one.xlsx_sha256) == prints and one.made_on == acting(db).today and is_permitted(db, one)
    ), None)  # fmt: skip


def end(db: Session, campaign: Campaign, status: str, result: str = "") -> Campaign:
    """Say how a campaign stands: won, partly won, lost, at rest or running again. Raises RuleBroken."""
    campaign.status = status
    campaign.ended_on = acting(db).today if status in OVER else None
    campaign.result = result.strip() or campaign.result
    db.flush()
    return campaign


def take_in(db: Session, campaign: Campaign, case: Case, kind: str, words: str) -> CampaignQuote:
    """Keep a client's words for a campaign, under their permission of that kind. Raises RuleBroken with the ways on."""
    made = CampaignQuote(campaign=campaign, client=case.client, case=case, kind=kind, words=words.strip())
    db.add(made)
    db.flush()
    return made


def leave_out(db: Session, quote: CampaignQuote, reason: str) -> CampaignQuote:
    """Take a client's words out of a campaign, with the reason. Raises RuleBroken."""
    quote.out_on, quote.out_reason = acting(db).today, reason.strip() or None
    db.flush()
    return quote


# Rules


def rests_on_adopted_issues(campaign: Campaign, _db: Session) -> Iterator[Problem]:
    if not campaign.issues:
        yield Problem("issues", "A campaign rests on an issue. Choose at least one that is adopted.")
    changes = is_new(campaign) or is_changed(campaign, "issues")
    if changes and any(one.status != "adopted" for one in campaign.issues):
        yield Problem("issues", "Only an adopted issue becomes a campaign. The manager adopts it first.")


def led_by_the_manager(campaign: Campaign, db: Session) -> Iterator[Problem]:
    if acting(db).role not in DECIDES and (is_new(campaign) or changed_fields(campaign)):
        yield Problem("", BY_MANAGER)


def over_with_a_result(campaign: Campaign, _db: Session) -> Iterator[Problem]:
    if campaign.status in OVER and is_changed(campaign, "status") and not campaign.result:
        yield Problem("result", "Say what came of it, so that it can be told in years to come.")


def public_words_name_nobody(row: Campaign | CampaignDemand, db: Session) -> Iterator[Problem]:
    """A title and a demand are read in public. Source: R58, staff names are never exported."""
    name, campaign = ("title", row) if isinstance(row, Campaign) else ("text", row.campaign)
    if not is_changed(row, name) and not (isinstance(row, Campaign) and is_changed(row, "issues")):
        return
    clients = _clients_behind(db, campaign) if campaign is not None else ()
    if whom := somebody_in(db, getattr(row, name), clients):
        yield Problem(name, f"This names {whom}. It may be read in public: say what is to change, without names.")


def demands_are_the_managers(one: CampaignDemand, db: Session) -> Iterator[Problem]:
    if acting(db).role not in DECIDES:
        yield Problem("text", BY_MANAGER)
    if not (one.text or "").strip():
        yield Problem("text", "Write down what is asked for.")


def written_when_it_happened(event: CampaignEvent, db: Session) -> Iterator[Problem]:
    if event.happened_on is not None and is_changed(event, "happened_on") and event.happened_on > acting(db).today:
        yield Problem("happened_on", "This day is still to come. Write it down once it has happened.")
    if event.reply_by is not None and event.happened_on is not None and event.reply_by < event.happened_on:
        yield Problem("reply_by", "A reply comes after what it answers. Correct one of the two days.")
    if not (event.what or "").strip():
        yield Problem("what", "Say in a few words what it was.")


def no_words_without_permission(quote: CampaignQuote, db: Session) -> Iterator[Problem]:
    """Source: empowering casework article; a person's words are theirs."""
    if not is_new(quote):
        return
    if quote.client is None:
        yield Problem("case", "Nobody is known in this case yet. Name its client first.")
        return
    try:
        today = acting(db).today
        must_permit(db, quote.client, quote.kind, today, case=quote.case, today=today)
    except RuleBroken as broken:
        yield from broken.problems
    if somebody_in(db, quote.words, [quote.client.id]):
        yield Problem("words", "These words name somebody. Leave the name out: the words are printed as “a client”.")


def words_stay(quote: CampaignQuote, _db: Session) -> Iterator[Problem]:
    changed = () if is_new(quote) else changed_fields(quote)
    if [one for one in changed if one not in ("out_on", "out_reason") or was(quote, one) is not None]:
        yield Problem("words", "Not changed: words are kept as they were said. Take them out and add them anew.")
    if quote.out_on is not None and not quote.out_reason:
        yield Problem("out_reason", "Say why these words are taken out.")


def made_by_a_manager(pack: EvidencePack, db: Session) -> Iterator[Problem]:
    """A pack speaks for the office; once made it stays as it is."""
    if acting(db).role not in DECIDES:
        yield Problem("", BY_MANAGER)
    if not is_new(pack) and changed_fields(pack):
        yield Problem("", "Not changed: a pack stays as it was made. Make a new one.")


def campaigns_are_kept(_row: object, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what a campaign asked, did and showed is kept.")


guard.register(Campaign, rests_on_adopted_issues, led_by_the_manager, over_with_a_result, public_words_name_nobody)
guard.register(CampaignDemand, demands_are_the_managers, public_words_name_nobody)
guard.register(CampaignEvent, written_when_it_happened)
guard.register(EvidencePack, made_by_a_manager)
guard.register(CampaignQuote, no_words_without_permission, words_stay)
for _kept in (Campaign, CampaignDemand, CampaignEvent, CampaignQuote, EvidencePack):
    guard.register_deletion(_kept, campaigns_are_kept)
