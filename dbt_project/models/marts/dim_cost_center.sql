-- Cost centres: Fortnox's register, what SIE files name (dimension 1), what the ledger uses, and `(none)` for rows
-- without one.
with registered as (
    select
        company,
        code,
        nullif(description, '') as description,
        active as is_active
    from {{ ref('stg_fortnox__cost_centers') }}
),

in_files as (
    select
        company,
        object as code,
        max(nullif(name, '')) as description
    from {{ ref('stg_fortnox__sie_objects') }}
    where dimension = 1
    group by company, object
),

codes as (
    select
        company,
        code
    from registered
    union distinct
    select
        company,
        code
    from in_files
    union distinct
    select
        company,
        cost_center as code
    from {{ ref('int_ledger_rows') }}
    where cost_center is not null
)

select
    codes.company,
    codes.code,
    coalesce(registered.description, in_files.description, codes.code) as description,
    coalesce(registered.is_active, true) as is_active,
    registered.code is not null as is_registered
from codes
left join registered
    on
        codes.company = registered.company
        and codes.code = registered.code
left join in_files
    on
        codes.company = in_files.company
        and codes.code = in_files.code
union all
select
    company,
    '(none)' as code,
    'No cost centre' as description,
    true as is_active,
    false as is_registered
from {{ ref('dim_company') }}
