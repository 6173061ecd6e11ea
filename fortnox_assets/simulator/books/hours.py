"""The time module: hours and articles registered on customers and projects. Its JSON is camelCase, without wrapper."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from fortnox_assets.simulator.books.amounts import ZERO
from fortnox_assets.simulator.books.documents import Body
from fortnox_assets.simulator.books.office import Office


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Hours worked for a customer in a project, and what they cost and bring."""

    user: str
    day: date
    customer: Body
    project: Body
    hours: Decimal
    price: Decimal
    cost: Decimal
    note: str
    invoice: str = ""


def _customer(customer: Body, project: Body) -> Body:
    return {
        "accountManager": "",
        "active": customer["Active"],
        "defaultProjectId": project["ProjectNumber"],
        "deleted": False,
        "id": customer["CustomerNumber"],
        "invoiceCity": customer["City"],
        "invoiceZipCode": customer["ZipCode"],
        "isBusiness": int(customer["Type"] == "COMPANY"),
        "name": customer["Name"],
        "number": customer["CustomerNumber"],
        "priceList": "A",
        "propertyDesignation": "",
    }


def _project(project: Body) -> Body:
    return {
        "description": project["Description"],
        "endDate": project["EndDate"],
        "id": project["ProjectNumber"],
        "invoicedAmount": ZERO,
        "orderAmount": ZERO,
        "orderTime": ZERO,
        "projectLeader": project["ProjectLeader"],
        "startDate": project["StartDate"],
        "status": 1,
        "totalAmountInInvoices": ZERO,
    }


def _item(number: str, description: str, price: Decimal, unit: str) -> Body:
    return {
        "active": True,
        "description": description,
        "id": number,
        "isStock": False,
        "purchasePrice": ZERO,
        "salesPrices": [{"list": "A", "price": price}],
        "type": "SERVICE",
        "unit": unit,
    }


def _cost_center(code: str) -> Body:
    return {"active": "true", "id": code, "name": code}


def register_hours(office: Office, work: Work, cost_center: str) -> None:
    """Register hours. The time module's timestamps carry a zone."""
    start = datetime.combine(work.day, time(8))
    stop = start.replace(hour=8 + int(work.hours))
    body = {
        "chargeHours": work.hours,
        "childId": "",
        "costCenter": _cost_center(cost_center),
        "createdBy": work.user,
        "createdTime": f"{stop.isoformat()}Z",
        "customer": _customer(work.customer, work.project),
        "documentId": int(work.invoice) if work.invoice else None,
        "documentType": "invoice" if work.invoice else None,
        "id": office.identity(),
        "invoiceBasisId": None,
        "invoiceText": work.note,
        "nonInvoiceable": not work.price,
        "note": work.note,
        "project": _project(work.project),
        "registrationCode": {
            "active": True,
            "code": "TID",
            "costMultiplier": Decimal(1),
            "id": "1",
            "name": "Arbetad tid",
            "priceMultiplier": Decimal(1),
            "type": "WORK",
        },
        "service": _item("KONS", "Konsulttimme", work.price, "h"),
        "startTime": f"{start.isoformat()}Z",
        "stopTime": f"{stop.isoformat()}Z",
        "unitCost": work.cost,
        "unitPrice": work.price,
        "updatedBy": work.user,
        "userId": work.user,
        "workedDate": work.day.isoformat(),
        "workedHours": work.hours,
    }
    office.add("time_registrations", body, work.day)


def register_article(office: Office, work: Work, cost_center: str) -> None:
    """Register something bought for a customer, to be invoiced on."""
    created = f"{datetime.combine(work.day, time(16)).isoformat()}Z"
    registered = {
        "createdBy": work.user,
        "createdTime": created,
        "documentId": None,
        "documentType": None,
        "id": office.identity(),
        "invoiceBasisId": None,
        "invoiceText": work.note,
        "item": _item("UTL", "Utlägg", work.price, "st"),
        "nonInvoiceable": False,
        "note": work.note,
        "orderIndex": 0,
        "ownerId": work.user,
        "timeLocked": False,
        "totalQuantity": work.hours,
        "unitCost": work.cost,
        "unitPrice": work.price,
    }
    body = {
        "articleRegistrations": [registered],
        "costCenter": _cost_center(cost_center),
        "createdTime": created,
        "customer": _customer(work.customer, work.project),
        "id": office.identity(),
        "ownerId": work.user,
        "project": _project(work.project),
        "purchaseDate": work.day.isoformat(),
        "registeredArticle": registered,
        "registrationType": "ARTICLE",
        "version": 1,
    }
    office.add("article_registrations", body, work.day)
