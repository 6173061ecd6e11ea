"""The chart of accounts: the BAS accounts the sample companies use, with tax form code and VAT code.

Numbers and meanings follow BAS 2025; the tax form codes (SRU) those of the INK2 form, as the Swedish tax agency couples
them to account ranges.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fortnox_assets.simulator.books.amounts import ZERO
from fortnox_assets.simulator.books.documents import AccountingYear, Document

CHART = """
1220 7215 Inventarier och verktyg
1229 7215 Ackumulerade avskrivningar på inventarier och verktyg
1240 7215 Bilar och andra transportmedel
1249 7215 Ackumulerade avskrivningar på bilar och andra transportmedel
1250 7215 Datorer
1259 7215 Ackumulerade avskrivningar på datorer
1460 7243 Lager av handelsvaror
1510 7251 Kundfordringar
1513 7251 Kundfordringar - delad faktura
1630 7261 Avräkning för skatter och avgifter (skattekonto)
1650 7261 Momsfordran
1710 7263 Förutbetalda hyreskostnader
1730 7263 Förutbetalda försäkringspremier
1790 7263 Övriga förutbetalda kostnader och upplupna intäkter
1910 7281 Kassa
1930 7281 Företagskonto/checkkonto/affärskonto
1940 7281 Övriga bankkonton
2081 7301 Aktiekapital
2091 7302 Balanserad vinst eller förlust
2098 7302 Vinst eller förlust från föregående år
2099 7302 Årets resultat
2350 7352 Andra långfristiga skulder till kreditinstitut
2440 7365 Leverantörsskulder
2510 7368 Skatteskulder
2512 7368 Beräknad inkomstskatt
2611 7369 Utgående moms på försäljning inom Sverige, 25 %
2614 7369 Utgående moms omvänd skattskyldighet, 25 %
2621 7369 Utgående moms på försäljning inom Sverige, 12 %
2631 7369 Utgående moms på försäljning inom Sverige, 6 %
2641 7369 Debiterad ingående moms
2645 7369 Beräknad ingående moms på förvärv från utlandet
2647 7369 Ingående moms omvänd skattskyldighet varor och tjänster i Sverige
2650 7369 Redovisningskonto för moms
2710 7369 Personalskatt
2731 7369 Avräkning lagstadgade sociala avgifter
2893 7369 Skulder till närstående personer, kortfristig del
2898 7369 Outtagen vinstutdelning
2920 7370 Upplupna semesterlöner
2941 7370 Beräknade upplupna lagstadgade sociala avgifter
2970 7370 Förutbetalda intäkter
2990 7370 Övriga upplupna kostnader och förutbetalda intäkter
3001 7410 Försäljning inom Sverige, 25 % moms
3002 7410 Försäljning inom Sverige, 12 % moms
3003 7410 Försäljning inom Sverige, 6 % moms
3004 7410 Försäljning inom Sverige, momsfri
3105 7410 Försäljning varor till land utanför EU
3108 7410 Försäljning varor till annat EU-land, momsfri
3231 7410 Försäljning inom byggsektorn, omvänd skattskyldighet moms
3308 7410 Försäljning tjänster till annat EU-land
3520 7410 Fakturerade frakter
3540 7410 Faktureringsavgifter
3590 7410 Övriga fakturerade kostnader
3740 7410 Öres- och kronutjämning
3960 7413 Valutakursvinster på fordringar och skulder av rörelsekaraktär
4010 7512 Inköp varor och material
4425 7512 Inköpta tjänster i Sverige, omvänd skattskyldighet, 25 % moms
4515 7512 Inköp av varor från annat EU-land, 25 %
4545 7512 Import av varor, 25 % moms
4600 7512 Legoarbeten, underentreprenader
4990 7510 Förändring av lager
5010 7513 Lokalhyra
5020 7513 El för belysning
5410 7513 Förbrukningsinventarier
5420 7513 Programvaror
5460 7513 Förbrukningsmaterial
5611 7513 Drivmedel för personbilar
5800 7513 Resekostnader
5910 7513 Annonsering
6071 7513 Representation, avdragsgill
6110 7513 Kontorsmateriel
6211 7513 Fast telefoni
6212 7513 Mobiltelefon
6230 7513 Datakommunikation
6310 7513 Företagsförsäkringar
6351 7513 Konstaterade förluster på kundfordringar
6420 7513 Ersättningar till revisor
6530 7513 Redovisningstjänster
6540 7513 IT-tjänster
6570 7513 Bankkostnader
6992 7513 Övriga externa kostnader, ej avdragsgilla
7010 7514 Löner till kollektivanställda
7210 7514 Löner till tjänstemän
7290 7514 Förändring av semesterlöneskuld
7510 7514 Arbetsgivaravgifter 31,42 %
7519 7514 Sociala avgifter för semester- och löneskulder
7690 7514 Övriga personalkostnader
7832 7515 Avskrivningar på inventarier och verktyg
7834 7515 Avskrivningar på bilar och andra transportmedel
7835 7515 Avskrivningar på datorer
7960 7517 Valutakursförluster på fordringar och skulder av rörelsekaraktär
8310 7417 Ränteintäkter från omsättningstillgångar
8313 7417 Ränteintäkter från kortfristiga fordringar
8410 7522 Räntekostnader för långfristiga skulder
8910 7528 Skatt som belastar årets resultat
8999 7450 Årets resultat
"""

# Only the codes that are documented in public: what others Fortnox uses is not known.
VAT_CODES = {3001: "MP1", 3002: "MP2", 3003: "MP3", 1650: "R1", 2650: "R2"}
FIRST_RESULT_ACCOUNT = 3000
FIRST_CLOSING_ACCOUNT = 8990
# Still in the chart, but no longer used for new entries: history must not disappear with them.
INACTIVE = frozenset({1940, 6211})


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the chart."""

    number: int
    sru: int
    name: str


def _read(lines: Iterable[str]) -> dict[int, Account]:
    parts = (line.split(" ", 2) for line in lines)
    return {int(number): Account(int(number), int(sru), name) for number, sru, name in parts}


ACCOUNTS = _read(CHART.strip().splitlines())


def is_result(account: int) -> bool:
    """Whether the account belongs to the income statement (classes 3-8), and so starts every year at zero."""
    return account >= FIRST_RESULT_ACCOUNT


def account_document(account: Account, year: AccountingYear, modified: datetime) -> Document:
    """The account in one financial year, without balances yet."""
    result = is_result(account.number)
    body = {
        "@url": f"https://api.fortnox.se/3/accounts/{account.number}?financialyear={year.id}",
        "Active": account.number not in INACTIVE,
        "BalanceBroughtForward": ZERO,
        "BalanceCarriedForward": ZERO,
        "CostCenter": "",
        "CostCenterSettings": "ALLOWED",
        "Description": account.name,
        "Number": account.number,
        "OpeningQuantities": [],
        "Project": "",
        "ProjectSettings": "ALLOWED" if result else "NOTALLOWED",
        "QuantitySettings": "ALLOWED",
        "QuantityUnit": "st" if account.number == 1460 else "",  # noqa: PLR2004 - the stock account's number
        "SRU": account.sru,
        "TransactionInformation": "",
        "TransactionInformationSettings": "ALLOWED",
        "VATCode": VAT_CODES.get(account.number),
        "Year": year.id,
    }
    return Document(body, modified)
