"""The names a plan may use, each defined once: notices, metrics, severities, languages."""

from enum import StrEnum


class Language(StrEnum):
    """Languages a notice exists in, as ISO 639-1 codes."""

    NL = "nl"
    EN = "en"


class Notice(StrEnum):
    """Mails to people. Each has a folder of templates of the same name in `notices/templates`."""

    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    WELCOME = "welcome"
    TRAINING = "training"
    WEEKLY = "weekly"
    SURVEY = "survey"
    RESCHEDULING = "rescheduling"
    ROLLBACK = "rollback"
    DECOMMISSION = "decommission"
    THAW = "thaw"
    CELEBRATION = "celebration"
    APPROVAL = "approval"
    KEEPER = "keeper"
    KEEPER_CHANGE = "keeper_change"
    TOKEN = "token"  # noqa: S105 - the name of a mail, not a secret


class Metric(StrEnum):
    """What a gate can measure; `gates.measuring` implements each (a test proves it)."""

    ADOPTED = "adopted"
    ACTIVE = "active"
    TRAINING_COMPLETED = "training_completed"
    SATISFACTION = "satisfaction"
    NPS = "nps"
    TICKETS = "tickets"
    ACCOUNTS = "accounts"
    ACTIVE_DAILY = "active_daily"
    COMPLETING = "completing"
    WORKFLOWS = "workflows"
    WORK_MOVED = "work_moved"
    DEPENDENTS = "dependents"
    SUPPORT = "support"
    IMPACT = "impact"
    CHECKLIST = "checklist"
    INCIDENTS = "incidents"


class Severity(StrEnum):
    """How bad an incident is: critical rolls back, major pauses, minor is noted."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
