-- How far the copy of each endpoint has come, by company and financial year: what the program writes down beside the
-- rows it stores. Empty where nothing has been copied by it.
{% set state = copied_table('_sync_state') %}
{% if state %}
    select
        company,
        financial_year,
        endpoint,
        watermark
    from {{ state }}
{% else %}
    select
        cast(null as string) as company,
        cast(null as int64) as financial_year,
        cast(null as string) as endpoint,
        cast(null as {{ moment_type() }}) as watermark
    from {{ ref('seed_checks') }}
    where 1 = 0
{% endif %}
