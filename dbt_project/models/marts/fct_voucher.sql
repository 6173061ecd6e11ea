-- One row a voucher: what it adds up to, what it documents, and whether it corrects another.
with vouchers as (
    select *
    from {{ ref('int_vouchers') }}
),

years as (
    select
        company,
        financial_year_id,
        financial_year,
        ledger_source
    from {{ ref('int_financial_years') }}
),

texts as (
    select
        company,
        financial_year_id,
        voucher_key,
        max(voucher_text) as voucher_text
    from {{ ref('int_ledger_rows') }}
    group by company, financial_year_id, voucher_key
),

fortnox_texts as (
    select
        company,
        year as financial_year_id,
        voucher_series,
        voucher_number,
        max(description) as voucher_text,
        max(comments) as comments
    from {{ ref('stg_fortnox__vouchers') }}
    group by company, year, voucher_series, voucher_number
),

documents as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        count(distinct file_id) as document_count
    from {{ ref('fct_document_link') }}
    where voucher_number is not null
    group by company, financial_year_id, voucher_series, voucher_number
),

described as (
    select
        vouchers.*,
        years.financial_year,
        years.ledger_source,
        fortnox_texts.comments,
        coalesce(texts.voucher_text, fortnox_texts.voucher_text) as voucher_text,
        coalesce(documents.document_count, 0) as document_count,
        coalesce(vouchers.reference_type = 'MANUAL', series.is_manual) as is_manual
    from vouchers
    inner join years
        on
            vouchers.company = years.company
            and vouchers.financial_year_id = years.financial_year_id
    left join texts
        on
            vouchers.company = texts.company
            and vouchers.financial_year_id = texts.financial_year_id
            and vouchers.voucher_key = texts.voucher_key
    left join fortnox_texts
        on
            vouchers.company = fortnox_texts.company
            and vouchers.financial_year_id = fortnox_texts.financial_year_id
            and vouchers.voucher_series = fortnox_texts.voucher_series
            and vouchers.voucher_number = fortnox_texts.voucher_number
    left join {{ ref('dim_voucher_series') }} as series
        on
            vouchers.company = series.company
            and vouchers.financial_year_id = series.financial_year_id
            and vouchers.voucher_series = series.code
    left join documents
        on
            vouchers.company = documents.company
            and vouchers.financial_year_id = documents.financial_year_id
            and vouchers.voucher_series = documents.voucher_series
            and vouchers.voucher_number = documents.voucher_number
),

-- A mirror has the same accounts with every amount turned around. Documents that Fortnox books itself are no
-- corrections of vouchers, though a credit note mirrors its invoice.
candidates as (
    select
        company,
        financial_year_id,
        voucher_key,
        voucher_series,
        voucher_number,
        transaction_date,
        row_count,
        debit,
        fingerprint
    from described
    where debit != 0 and fingerprint != 0 and coalesce(is_manual, true)
),

mirrors as (
    select
        candidates.company,
        candidates.financial_year_id,
        candidates.voucher_key,
        concat(mirrored.voucher_series, ' ', cast(mirrored.voucher_number as string)) as mirror_of,
        row_number() over (
            partition by candidates.company, candidates.financial_year_id, candidates.voucher_key
            order by mirrored.transaction_date desc, mirrored.voucher_number desc, mirrored.voucher_key desc
        ) as nearness
    from candidates
    inner join candidates as mirrored
        on
            candidates.company = mirrored.company
            and candidates.financial_year_id = mirrored.financial_year_id
            and candidates.fingerprint = -mirrored.fingerprint
            and candidates.debit = mirrored.debit
            and candidates.row_count = mirrored.row_count
    where
        mirrored.transaction_date < candidates.transaction_date
        or (
            mirrored.transaction_date = candidates.transaction_date
            and mirrored.voucher_series = candidates.voucher_series
            and mirrored.voucher_number < candidates.voucher_number
        )
)

select
    described.company,
    described.financial_year_id,
    described.financial_year,
    described.voucher_series,
    described.voucher_number,
    described.voucher_key,
    described.transaction_date,
    described.registered_date,
    cast(
        {{ days_between('described.transaction_date', 'described.registered_date') }} as int64
    ) as registered_lag_days,
    described.voucher_text,
    described.comments,
    described.row_count,
    described.debit as debit_total,
    described.imbalance,
    described.document_count,
    described.reference_type,
    described.reference_number,
    described.is_manual,
    mirrors.mirror_of is not null
    or coalesce(lower(described.voucher_text) like '%rättelse%', false)
    or coalesce(lower(described.voucher_text) like '%rättning%', false)
    or coalesce(lower(described.voucher_text) like '%korrigering%', false)
    or coalesce(lower(described.voucher_text) like '%ändringsverifika%', false)
    or coalesce(lower(described.voucher_text) like '%makuler%', false)
    or coalesce(lower(described.voucher_text) like '%storno%', false)
    or coalesce(lower(described.voucher_text) like '%correction%', false) as is_correction,
    mirrors.mirror_of,
    described.is_closing,
    described.is_vat_settlement,
    described.ledger_source as source
from described
left join mirrors
    on
        described.company = mirrors.company
        and described.financial_year_id = mirrors.financial_year_id
        and described.voucher_key = mirrors.voucher_key
        and mirrors.nearness = 1
