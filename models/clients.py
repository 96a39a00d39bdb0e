"""The people the office stands with, and their permissions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Index, Integer, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base, Moment, check
from models.fields import FieldInfo, Sensitivity, code_link, col, link, many, rows, states

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.cases import Case
    from models.people import Worker
    from models.records import ImportBatch
    from models.referrals import Referral
    from models.words import Area, Code, Language

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
SAFE_WAYS = states(
    "any: Any way",
    "phone_only: Phone only",
    "only_times: Only at certain times",
    "no_voicemail: Phone, no voicemail",
    "no_post: No post",
    "via_third_party: Only through somebody else",
    "none: No safe way known",
)


class Client(Base):
    """A person, a family or, now and then, an organisation such as a place of worship."""

    __order__ = ("name_key", "id")
    __table_args__ = (
        check("organisation_has_a_contact", "kind <> 'organisation' OR org_contact IS NOT NULL"),
        Index("ix_clients_name_key_id", "name_key", "id"),
        Index("ix_clients_phone_digits", "phone_digits"),
    )

    ref: Mapped[str] = col(
        String(20), FieldInfo("Reference", OFFICE, listed=True, searched=True, in_form=False), unique=True
    )
    kind: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Kind",
            OPEN,
            listed=True,
            filtered=True,
            exported_as="Kind of client",
            choices=states("individual: Person", "family: Family", "organisation: Organisation"),
        ),
        default="individual",
    )
    name: Mapped[str] = col(
        String(120),
        FieldInfo("Name or alias", PERSONAL, help="What they want to be called.", listed=True, searched=True),
    )
    own_script: Mapped[str | None] = col(
        String(120), FieldInfo("Name in own script", PERSONAL, help="As they write it.", searched=True)
    )
    say_it: Mapped[str | None] = col(
        String(80), FieldInfo("How to say it", PERSONAL, help="For example: reh-HAA-na BAY-gum.")
    )
    pronouns: Mapped[str | None] = col(
        String(40), FieldInfo("Pronouns", PERSONAL, help="If they have told us, for example: she.")
    )
    safe_contact: Mapped[str | None] = col(
        String(20),
        FieldInfo(
            "Safe ways to contact",
            PERSONAL,
            help="Ask first: who else sees the phone, the post?",
            listed=True,
            choices=SAFE_WAYS,
        ),
    )
    safe_note: Mapped[str | None] = col(
        String(200),
        FieldInfo("Times and other care to take", PERSONAL, help="For example: 10:00 to 14:30, school days."),
    )
    phone: Mapped[str | None] = col(
        String(60), FieldInfo("Phone", PERSONAL, help="A number that is safe to ring.", listed=True, searched=True)
    )
    email: Mapped[str | None] = col(String(120), FieldInfo("E-mail", PERSONAL))
    address: Mapped[str | None] = col(String(200), FieldInfo("Address", PERSONAL))
    postcode: Mapped[str | None] = col(String(12), FieldInfo("Postcode", PERSONAL, searched=True))
    area: Mapped[Area | None] = link(FieldInfo("Borough", OPEN, listed=True, filtered=True, exported_as="Borough"))
    language: Mapped[Language | None] = link(
        FieldInfo(
            "Language", OPEN, help="To speak with the client.", listed=True, filtered=True, exported_as="Language"
        )
    )
    dialect: Mapped[str | None] = col(String(60), FieldInfo("Dialect", OFFICE))
    interpreter: Mapped[str] = col(
        String(10),
        FieldInfo(
            "Interpreter",
            OPEN,
            filtered=True,
            exported_as="Interpreter",
            choices=states(
                "no: Not needed", "spoken: Spoken", "written: Written", "both: Spoken and written", "signed: Signed"
            ),
        ),
        default="no",
    )
    interpreter_gender: Mapped[str] = col(
        String(10),
        FieldInfo("Interpreter's gender", OFFICE, choices=states("any: Any", "female: Woman", "male: Man")),
        default="any",
    )
    mobility_need: Mapped[bool] = col(
        Boolean,
        FieldInfo("Needs step-free access", OFFICE, help="Our own offices are on the second floor."),
        default=False,
    )
    text_relay: Mapped[bool] = col(
        Boolean,
        FieldInfo("Uses text relay or a text phone", OFFICE, help="The emergency helpline cannot take it."),
        default=False,
    )
    needs: Mapped[str | None] = col(Text, FieldInfo("Other access needs", SPECIAL, long=True))
    date_of_birth: Mapped[date | None] = col(Date, FieldInfo("Date of birth", PERSONAL))
    org_contact: Mapped[str | None] = col(
        String(120), FieldInfo("Contact person", PERSONAL, help="For organisations.", searched=True)
    )
    immigration: Mapped[Code | None] = code_link(
        "immigration", FieldInfo("Immigration status", SPECIAL, help="Only where a referral needs it.")
    )
    no_recourse: Mapped[str] = col(
        String(10),
        FieldInfo(
            "No recourse to public funds",
            SPECIAL,
            choices=states("yes: Yes", "no: No", "unknown: Not known", "not_asked: Not asked"),
        ),
        default="not_asked",
    )
    lone_parent: Mapped[bool | None] = col(Boolean, FieldInfo("Lone parent", SPECIAL), default=None)
    members: Mapped[list[ClientMember]] = rows(
        FieldInfo("Household", PERSONAL, help="Those who live with them."), back="client"
    )
    name_key: Mapped[str] = col(
        String(260), FieldInfo("Name for finding", PERSONAL, in_form=False), default=""
    )  # both names folded: marks, case and punctuation gone
    phone_digits: Mapped[str | None] = col(String(40), FieldInfo("Digits for finding", PERSONAL, in_form=False))
    merged_into: Mapped[Client | None] = link(FieldInfo("Same person as", OFFICE, in_form=False))
    import_batch: Mapped[ImportBatch | None] = link(FieldInfo("Came with", OFFICE, in_form=False))
    anonymised_on: Mapped[date | None] = col(Date, FieldInfo("Anonymised on", OFFICE, in_form=False))
    voided_reason: Mapped[str | None] = col(String(200), FieldInfo("Set aside because", OFFICE, in_form=False))

    def __str__(self) -> str:
        return self.ref

    def label(self, see: Sensitivity) -> str:
        return f"{self.ref} {self.name}" if see >= PERSONAL else self.ref


class ClientMember(Base):
    """Somebody of the client's household."""

    __part_of__ = "client"

    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL), back="members")
    name: Mapped[str | None] = col(String(120), FieldInfo("Name", PERSONAL))
    relation: Mapped[Code | None] = code_link("relation", FieldInfo("Relation", PERSONAL))
    birth_year: Mapped[int | None] = col(Integer, FieldInfo("Born in", PERSONAL, help="The year; about is fine."))
    is_child: Mapped[bool] = col(Boolean, FieldInfo("Child", PERSONAL), default=False)


class Consent(Base):
    """What a client has permitted: to whom, for what, which items, from when until when."""

    __order__ = ("-given_on", "-id")
    __table_args__ = (
        check("expires_after_it_is_given", "expires_on > given_on"),
        check("agency_named", "(kind = 'share_agency') = (agency_id IS NOT NULL)"),
        check("agency_kind_named", "(kind = 'share_agency_kind') = (agency_kind_id IS NOT NULL)"),
        check("witness_named", "method <> 'verbal_witnessed' OR witness_id IS NOT NULL"),
        Index("ix_consents_client_id_kind", "client_id", "kind"),
    )

    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, listed=True, filtered=True))
    case: Mapped[Case | None] = link(FieldInfo("Only for case", OFFICE, help="Empty: for any case of this client."))
    kind: Mapped[str] = col(
        String(30),
        FieldInfo(
            "Permission",
            OFFICE,
            listed=True,
            filtered=True,
            choices=states(
                "share_agency: Share with one agency",
                "share_agency_kind: Share with a kind of agency",
                "statistics: Count in figures",
                "case_study: Use as a case study",
                "quote: Quote their words",
                "media: Speak of them to the press",
                "contact_after_closure: Contact after closing",
            ),
        ),
    )
    agency: Mapped[Agency | None] = link(FieldInfo("Agency", OFFICE, listed=True))
    agency_kind: Mapped[Code | None] = code_link("agency_kind", FieldInfo("Kind of agency", OFFICE, listed=True))
    purposes: Mapped[list[Code]] = many(
        FieldInfo("For what", SPECIAL, help="Only what they agreed to."),
        through="consent_purposes",
        code_list="request",
    )
    scope: Mapped[list[Code]] = many(
        FieldInfo("What may be shared", SPECIAL), through="consent_scopes", code_list="data_scope"
    )
    method: Mapped[str] = col(
        String(20),
        FieldInfo(
            "How given",
            OFFICE,
            listed=True,
            choices=states(
                "signed: Signed form",
                "verbal_witnessed: Spoken, with a witness",
                "electronic: In writing, by e-mail or text",
            ),
        ),
    )
    witness: Mapped[Worker | None] = link(FieldInfo("Witness", OFFICE, help="Who of us heard it, where it was spoken."))
    interpreter: Mapped[Worker | None] = link(FieldInfo("Interpreter", OFFICE))
    language: Mapped[Language | None] = link(FieldInfo("Explained in", OFFICE))
    warning_read_on: Mapped[date | None] = col(
        Date,
        FieldInfo(
            "Home Office warning explained on",
            SPECIAL,
            help="Councils and the Home Office may pass details on, whatever the client has agreed.",
        ),
    )
    given_on: Mapped[date] = col(Date, FieldInfo("Given on", OFFICE, listed=True))
    expires_on: Mapped[date] = col(Date, FieldInfo("Until", OFFICE, listed=True))
    withdrawn_on: Mapped[date | None] = col(Date, FieldInfo("Withdrawn on", OFFICE, listed=True))
    receipt_on: Mapped[date | None] = col(Date, FieldInfo("Receipt given on", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"Consent {self.id}"


class Release(Base):
    """The record that something left the office: to whom, what, under which permission. Never changed."""

    __order__ = ("-at",)

    at: Mapped[datetime] = col(Moment, FieldInfo("When", OFFICE, listed=True, in_form=False))
    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, listed=True, filtered=True, in_form=False))
    consent: Mapped[Consent] = link(FieldInfo("Under", OFFICE, listed=True, in_form=False))
    agency: Mapped[Agency] = link(FieldInfo("To", OFFICE, listed=True, in_form=False))
    referral: Mapped[Referral | None] = link(FieldInfo("With", OFFICE, in_form=False))
    channel: Mapped[str] = col(
        String(20),
        FieldInfo(
            "How",
            OFFICE,
            listed=True,
            in_form=False,
            choices=states("letter: Letter", "email: E-mail", "phone: Telephone", "meeting: Meeting"),
        ),
    )
    items: Mapped[str] = col(Text, FieldInfo("What", SPECIAL, long=True, in_form=False))
    recalled_on: Mapped[date | None] = col(Date, FieldInfo("Asked back on", OFFICE, in_form=False))
    returned_on: Mapped[date | None] = col(Date, FieldInfo("Returned on", OFFICE, in_form=False))

    def __str__(self) -> str:
        return f"Release {self.id}"
