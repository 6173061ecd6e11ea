-- Everything the checks found: a fault here is one in the books or in the copy of them, and never stops a report.
with findings as (
    select *
    from {{ ref('int_findings_vouchers') }}
    union all
    select *
    from {{ ref('int_findings_balances') }}
    union all
    select *
    from {{ ref('int_findings_accounts') }}
    union all
    select *
    from {{ ref('int_findings_sources') }}
    union all
    select *
    from {{ ref('int_findings_vat') }}
    union all
    select *
    from {{ ref('int_findings_subledgers') }}
    union all
    select *
    from {{ ref('int_findings_sales') }}
)

select
    findings.company,
    findings.financial_year_id,
    findings.check_name,
    coalesce(findings.severity, checks.severity) as severity,
    findings.object,
    findings.value,
    checks.description
from findings
inner join {{ ref('seed_checks') }} as checks
    on findings.check_name = checks.check_name
