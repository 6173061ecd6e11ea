"""GET requests that change something in Fortnox: printing and sending a document marks it as sent.

They are here so that a test can show that nobody calls them.
"""

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.simulator.asked import Answer
from fortnox_assets.simulator.company import Document, SimulatedCompany
from fortnox_assets.simulator.serialisation import detail_body, json_text

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def carry_out(company: SimulatedCompany, endpoint: Endpoint, document: Document, action: str) -> Answer:
    """Do what the call does: the document is marked as sent (or reminded of) and counts as changed now."""
    body = document.body
    if action == "printreminder":
        body["Reminders"] = int(body.get("Reminders") or 0) + 1
        body["LastRemindDate"] = company.now().date().isoformat()
    else:
        body["Sent"] = True
    document.modified = company.now()
    company.revision += 1
    if "print" in action:
        return Answer(body=PDF, content_type="application/pdf")
    answer = {endpoint.detail_wrapper: detail_body(endpoint, body, body.get("@url"))}
    return Answer(body=json_text(answer).encode("ascii"))


def preview() -> Answer:
    """The document as PDF; nothing changes."""
    return Answer(body=PDF, content_type="application/pdf")
