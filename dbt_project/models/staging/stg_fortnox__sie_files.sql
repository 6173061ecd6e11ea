-- Written from the endpoint catalogue by `make staging`; change it there.
with source as (
    select *{{ columns_left_out(source('fortnox_raw', 'sie_files')) }}
    from {{ source('fortnox_raw', 'sie_files') }}
    where _deleted_at is null
),

renamed as (
    select
        -- ids
        source.company,
        source.financial_year,
        source.FinancialYearId as financial_year_id,
        nullif(source.FortnoxNumber, '') as fortnox_number,
        nullif(source.OrganisationNumber, '') as organisation_number,
        -- text
        nullif(source.LedgerSource, '') as ledger_source,
        nullif(source.FileName, '') as file_name,
        nullif(source.Program, '') as program,
        nullif(source.ProgramVersion, '') as program_version,
        nullif(source.CompanyName, '') as company_name,
        nullif(source.ChartOfAccounts, '') as chart_of_accounts,
        nullif(source.Currency, '') as currency,
        nullif(source.Encoding, '') as encoding,
        nullif(source.ContentHash, '') as content_hash,
        -- numbers
        source.SieType as sie_type,
        source.Bytes as bytes,
        source.Vouchers as vouchers,
        source.Transactions as transactions,
        source.AbsoluteSum as absolute_sum,
        -- flags
        source.ChecksumVerified as checksum_verified,
        -- dates
        source.Generated as generated,
        source.FromDate as from_date,
        source.ToDate as to_date,
        source.PreviousFromDate as previous_from_date,
        source.PreviousToDate as previous_to_date,
        source.BalancesUpTo as balances_up_to
    from source
)

select * from renamed
