-- One row a company: as Fortnox knows it, or as its SIE files name it when there is no connection.
with fortnox as (
    select
        company,
        database_number,
        company_name,
        organization_number
    from {{ ref('stg_fortnox__company_information') }}
),

settings as (
    select
        company,
        max(nullif(vat_number, '')) as vat_number
    from {{ ref('stg_fortnox__company_settings') }}
    group by company
),

files as (
    select
        company,
        fortnox_number,
        company_name,
        organisation_number,
        program,
        coalesce(nullif(currency, ''), 'SEK') as currency,
        row_number() over (partition by company order by from_date desc) as newest
    from {{ ref('stg_fortnox__sie_files') }}
),

years as (
    select
        company,
        accounting_method,
        row_number() over (partition by company order by from_date desc) as newest
    from {{ ref('int_financial_years') }}
    where from_date <= {{ as_of_date() }}
),

known as (
    select company
    from fortnox
    union distinct
    select company
    from {{ ref('int_financial_years') }}
)

select
    known.company,
    coalesce(
        cast(fortnox.database_number as int64),
        case when files.program = 'Fortnox' then {{ whole_number('files.fortnox_number') }} end
    ) as tenant_id,
    coalesce(nullif(fortnox.company_name, ''), nullif(files.company_name, ''), known.company) as name,
    coalesce(nullif(fortnox.organization_number, ''), nullif(files.organisation_number, '')) as organisation_number,
    settings.vat_number,
    coalesce(files.currency, 'SEK') as currency,
    years.accounting_method,
    fortnox.company is not null as is_connected
from known
left join fortnox
    on known.company = fortnox.company
left join settings
    on known.company = settings.company
left join files
    on known.company = files.company and files.newest = 1
left join years
    on known.company = years.company and years.newest = 1
