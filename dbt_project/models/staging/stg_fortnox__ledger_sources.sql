-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'ledger_sources')) }}
    from {{ source('fortnox_raw', 'ledger_sources') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FinancialYearId as financial_year_id,
        source.Number as number,
        -- text
        nullif(source.LedgerSource, '') as ledger_source,
        nullif(source.FileName, '') as file_name,
        nullif(source.ContentHash, '') as content_hash,
        nullif(source.PreviousLedgerSource, '') as previous_ledger_source,
        nullif(source.PreviousFileName, '') as previous_file_name,
        -- dates
        source.ChangedAt as changed_at
    from source
)

select * from renamed
