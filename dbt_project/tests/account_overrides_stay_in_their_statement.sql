-- An override may move an account to another plain line, never from one statement to another: nothing would balance.
select
    overrides.company,
    overrides.account,
    overrides.line_code
from {{ ref('seed_account_overrides') }} as overrides
left join {{ ref('seed_statement_lines') }} as statement_lines
    on overrides.line_code = statement_lines.line_code
left join {{ ref('seed_bas_account_ranges') }} as ranges
    on
        {{ whole_number('substr(cast(overrides.account as string), 1, 4)') }}
        between ranges.range_from and ranges.range_to
where
    statement_lines.line_kind not in ('line', 'excluded')
    or ranges.statement in ('BS', 'IS') and statement_lines.statement != ranges.statement
