-- Everything the checks found: a fault here is one in the books or in the copy of them, and never stops a report.
{% set before = built_before(['company', 'financial_year_id', 'check_name', 'object', 'first_seen']) %}
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
    from {{ ref('int_findings_reused_numbers') }}
    union all
    select *
    from {{ ref('int_findings_copies') }}
    union all
    select *
    from {{ ref('int_findings_vat') }}
    union all
    select *
    from {{ ref('int_findings_subledgers') }}
    union all
    select *
    from {{ ref('int_findings_sales') }}
),

-- What the build before this one found, and since when. What has been mended since is forgotten.
seen_before as (
    {% if before %}
        select
            company,
            coalesce(financial_year_id, 0) as financial_year_id,
            check_name,
            object,
            first_seen
        from {{ before }}
    {% else %}
        select
            company,
            financial_year_id,
            check_name,
            object,
            cast(null as date) as first_seen
        from findings
        where 1 = 0
    {% endif %}
),

known as (
    select
        company,
        financial_year_id,
        check_name,
        object,
        min(first_seen) as known_since
    from seen_before
    group by company, financial_year_id, check_name, object
)

select
    findings.company,
    findings.financial_year_id,
    findings.check_name,
    coalesce(findings.severity, checks.severity) as severity,
    findings.object,
    findings.value,
    checks.description,
    coalesce(known.known_since, {{ build_day() }}) as first_seen
from findings
inner join {{ ref('seed_checks') }} as checks
    on findings.check_name = checks.check_name
left join known
    on
        findings.company = known.company
        and coalesce(findings.financial_year_id, 0) = known.financial_year_id
        and findings.check_name = known.check_name
        and findings.object = known.object
