"""Who may see and read what, and the Hub's own words when somebody may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.hub.exchange import Answer, Request, json_answer
from tests.hub.repository import Repository

_OPEN_IN_A_GATED_REPOSITORY = ("README.md", ".gitattributes")


def refusal(status: int, code: str | None, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Returns an error as the Hub words it: in ``X-Error-Code``, ``X-Error-Message`` and the body."""
    named = {"X-Error-Code": code} if code else {}
    return json_answer({"error": message}, status, {**named, "X-Error-Message": message, **(headers or {})})


def entry_not_found(commit: str) -> Answer:
    """Returns the answer for a file that the commit has not."""
    return refusal(404, "EntryNotFound", "Entry not found", {"X-Repo-Commit": commit})


def revision_not_found(revision: str) -> Answer:
    """Returns the answer for a branch, tag or commit that is not there."""
    return refusal(404, "RevisionNotFound", f"Invalid rev id: {revision}")


@dataclass
class Access:
    """The tokens that are good, each with its user."""

    endpoint: str = ""
    tokens: dict[str, str] = field(default_factory=dict)

    def user(self, request: Request) -> str | None:
        """Returns who asks."""
        return self.tokens.get(request.token or "")

    def credentials_refusal(self, request: Request) -> Answer | None:
        """Refuses a token that is not good, for public things too."""
        if "authorization" in request.headers and self.user(request) is None:
            return refusal(401, None, "Invalid credentials in Authorization header")
        return None

    def may_see(self, repository: Repository, request: Request) -> bool:
        """Says whether the repository exists for whoever asks."""
        return not repository.is_private or self.user(request) in repository.authorized

    def sight_refusal(self, repository: Repository | None, request: Request) -> Answer | None:
        """Refuses what is not there, or must look so; without a token that is 401."""
        if repository is None or not self.may_see(repository, request):
            if self.user(request) is None:
                return refusal(401, "RepoNotFound", "Invalid username or password.")
            return refusal(404, "RepoNotFound", "Repository not found")
        if repository.is_disabled:
            return refusal(403, None, "Access to this resource is disabled.")
        return None

    def gate_refusal(self, repository: Repository, path: str, request: Request) -> Answer | None:
        """Refuses a file of a gated repository to those who have not been let in."""
        user = self.user(request)
        if not repository.gated or path in _OPEN_IN_A_GATED_REPOSITORY or user in repository.authorized:
            return None
        what = f"Access to model {repository.id} is restricted"
        if user is None:
            return refusal(
                401,
                "GatedRepo",
                f"{what}. You must have access to it and be authenticated to access it. Please log in.",
            )
        if user in repository.awaiting:
            message = f"Your request to access model {repository.id} is awaiting a review from the repo authors."
        elif user in repository.rejected:
            message = f"Your request to access model {repository.id} has been rejected by the repo's authors."
        else:
            visit = f"Visit {self.endpoint}/{repository.id} to ask for access."
            message = f"{what} and you are not in the authorized list. {visit}"
        return refusal(403, "GatedRepo", message)
