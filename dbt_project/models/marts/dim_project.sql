-- Projects: Fortnox's register, what SIE files name (dimension 6), what the ledger uses, and `(none)` for rows without
-- one.
with registered as (
    select
        company,
        project_number,
        nullif(description, '') as description,
        nullif(status, '') as status,
        nullif(project_leader, '') as project_leader,
        start_date,
        end_date
    from {{ ref('stg_fortnox__projects') }}
),

in_files as (
    select
        company,
        object as project_number,
        max(nullif(name, '')) as description
    from {{ ref('stg_fortnox__sie_objects') }}
    where dimension = 6
    group by company, object
),

numbers as (
    select
        company,
        project_number
    from registered
    union distinct
    select
        company,
        project_number
    from in_files
    union distinct
    select
        company,
        project as project_number
    from {{ ref('int_ledger_rows') }}
    where project is not null
)

select
    numbers.company,
    numbers.project_number,
    coalesce(registered.description, in_files.description, numbers.project_number) as description,
    registered.status,
    registered.start_date,
    registered.end_date,
    registered.project_leader,
    coalesce(registered.status, '') != 'COMPLETED' as is_active,
    registered.project_number is not null as is_registered
from numbers
left join registered
    on
        numbers.company = registered.company
        and numbers.project_number = registered.project_number
left join in_files
    on
        numbers.company = in_files.company
        and numbers.project_number = in_files.project_number
union all
select
    company,
    '(none)' as project_number,
    'No project' as description,
    cast(null as string) as status,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    cast(null as string) as project_leader,
    true as is_active,
    false as is_registered
from {{ ref('dim_company') }}
