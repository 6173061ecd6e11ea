{#
  Every difference between the warehouses, in one place. A model says what it means (`month_of(...)`) and never names
  a dialect. A warehouse without its own version of a macro stops the build with one line.
#}

{% macro unknown_warehouse(macro_name) %}
  {{ exceptions.raise_compiler_error(
    "macro " ~ macro_name ~ " has no version for the warehouse '" ~ target.type
    ~ "': add one in macros/dialect.sql (known: duckdb, bigquery)"
  ) }}
{% endmacro %}


{# Nested rows as rows: `from source {{ unnest_records('source', 'InvoiceRows', 'invoice_row') }}`; then
   `invoice_row.FieldName` and `invoice_row_position` (from 1). A parent without nested rows gives no row. #}
{% macro unnest_records(relation, field, alias) %}
  {{- adapter.dispatch('unnest_records', 'fortnox')(relation, field, alias) -}}
{% endmacro %}

{% macro default__unnest_records(relation, field, alias) %}{{ unknown_warehouse('unnest_records') }}{% endmacro %}

{% macro duckdb__unnest_records(relation, field, alias) -%}
  cross join unnest({{ relation }}.{{ adapter.quote(field) }}) with ordinality
    as {{ alias }}_rows ({{ alias }}, {{ alias }}_position)
{%- endmacro %}

{% macro bigquery__unnest_records(relation, field, alias) -%}
  cross join unnest({{ relation }}.{{ adapter.quote(field) }}) as {{ alias }} with offset as {{ alias }}_offset
  cross join unnest([{{ alias }}_offset + 1]) as {{ alias }}_position
{%- endmacro %}


{# One row a day or month of an interval of the joined relation, as the date `alias` (first day of the month). #}
{% macro each_day(first_day, last_day, alias) %}
  {{- adapter.dispatch('each_day', 'fortnox')(first_day, last_day, alias) -}}
{% endmacro %}

{% macro default__each_day(first_day, last_day, alias) %}{{ unknown_warehouse('each_day') }}{% endmacro %}

{% macro duckdb__each_day(first_day, last_day, alias) -%}
  cross join unnest(cast(generate_series(
    cast({{ first_day }} as timestamp), cast({{ last_day }} as timestamp), interval 1 day
  ) as date[])) as {{ alias }}_rows ({{ alias }})
{%- endmacro %}

{% macro bigquery__each_day(first_day, last_day, alias) -%}
  cross join unnest(generate_date_array({{ first_day }}, {{ last_day }}, interval 1 day)) as {{ alias }}
{%- endmacro %}

{% macro each_month(first_day, last_day, alias) %}
  {{- adapter.dispatch('each_month', 'fortnox')(first_day, last_day, alias) -}}
{% endmacro %}

{% macro default__each_month(first_day, last_day, alias) %}{{ unknown_warehouse('each_month') }}{% endmacro %}

{% macro duckdb__each_month(first_day, last_day, alias) -%}
  cross join unnest(cast(generate_series(
    date_trunc('month', cast({{ first_day }} as timestamp)), cast({{ last_day }} as timestamp), interval 1 month
  ) as date[])) as {{ alias }}_rows ({{ alias }})
{%- endmacro %}

{% macro bigquery__each_month(first_day, last_day, alias) -%}
  cross join unnest(generate_date_array(
    date_trunc({{ first_day }}, month), {{ last_day }}, interval 1 month
  )) as {{ alias }}
{%- endmacro %}


{# Dates. #}
{% macro month_of(day) %}{{ adapter.dispatch('month_of', 'fortnox')(day) }}{% endmacro %}
{% macro default__month_of(day) %}{{ unknown_warehouse('month_of') }}{% endmacro %}
{% macro duckdb__month_of(day) %}strftime({{ day }}, '%Y-%m'){% endmacro %}
{% macro bigquery__month_of(day) %}format_date('%Y-%m', {{ day }}){% endmacro %}

{% macro date_label(day) %}{{ adapter.dispatch('date_label', 'fortnox')(day) }}{% endmacro %}
{% macro default__date_label(day) %}{{ unknown_warehouse('date_label') }}{% endmacro %}
{% macro duckdb__date_label(day) %}strftime({{ day }}, '%y%m%d'){% endmacro %}
{% macro bigquery__date_label(day) %}format_date('%y%m%d', {{ day }}){% endmacro %}

{% macro month_end(day) %}{{ adapter.dispatch('month_end', 'fortnox')(day) }}{% endmacro %}
{% macro default__month_end(day) %}{{ unknown_warehouse('month_end') }}{% endmacro %}
{% macro duckdb__month_end(day) %}last_day({{ day }}){% endmacro %}
{% macro bigquery__month_end(day) %}last_day({{ day }}, month){% endmacro %}

{% macro add_days(day, days) %}{{ adapter.dispatch('add_days', 'fortnox')(day, days) }}{% endmacro %}
{% macro default__add_days(day, days) %}{{ unknown_warehouse('add_days') }}{% endmacro %}
{% macro duckdb__add_days(day, days) %}({{ day }} + cast({{ days }} as integer)){% endmacro %}
{% macro bigquery__add_days(day, days) %}date_add({{ day }}, interval {{ days }} day){% endmacro %}

{% macro add_months(day, months) %}{{ adapter.dispatch('add_months', 'fortnox')(day, months) }}{% endmacro %}
{% macro default__add_months(day, months) %}{{ unknown_warehouse('add_months') }}{% endmacro %}
{% macro duckdb__add_months(day, months) -%}
  cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}
{% macro bigquery__add_months(day, months) %}date_add({{ day }}, interval {{ months }} month){% endmacro %}

{% macro days_between(first_day, last_day) -%}
  {{ adapter.dispatch('days_between', 'fortnox')(first_day, last_day) }}
{%- endmacro %}
{% macro default__days_between(first_day, last_day) %}{{ unknown_warehouse('days_between') }}{% endmacro %}
{% macro duckdb__days_between(first_day, last_day) %}date_diff('day', {{ first_day }}, {{ last_day }}){% endmacro %}
{% macro bigquery__days_between(first_day, last_day) %}date_diff({{ last_day }}, {{ first_day }}, day){% endmacro %}

{% macro iso_weekday(day) %}{{ adapter.dispatch('iso_weekday', 'fortnox')(day) }}{% endmacro %}
{% macro default__iso_weekday(day) %}{{ unknown_warehouse('iso_weekday') }}{% endmacro %}
{% macro duckdb__iso_weekday(day) %}extract(isodow from {{ day }}){% endmacro %}
{% macro bigquery__iso_weekday(day) %}mod(extract(dayofweek from {{ day }}) + 5, 7) + 1{% endmacro %}

{% macro iso_week(day) %}{{ adapter.dispatch('iso_week', 'fortnox')(day) }}{% endmacro %}
{% macro default__iso_week(day) %}{{ unknown_warehouse('iso_week') }}{% endmacro %}
{% macro duckdb__iso_week(day) %}extract(week from {{ day }}){% endmacro %}
{% macro bigquery__iso_week(day) %}extract(isoweek from {{ day }}){% endmacro %}

{% macro make_date(year, month, day) %}{{ adapter.dispatch('make_date', 'fortnox')(year, month, day) }}{% endmacro %}
{% macro default__make_date(year, month, day) %}{{ unknown_warehouse('make_date') }}{% endmacro %}
{% macro duckdb__make_date(year, month, day) %}make_date({{ year }}, {{ month }}, {{ day }}){% endmacro %}
{% macro bigquery__make_date(year, month, day) %}date({{ year }}, {{ month }}, {{ day }}){% endmacro %}


{# Numbers and text. `money` is exact with two decimals; nothing in the books is finer than an öre. #}
{% macro money(expression) %}{{ fixed(expression, 2) }}{% endmacro %}

{# Exact, with so many decimals, halves away from zero. BigQuery has no type with a precision to cast to. #}
{% macro fixed(expression, decimals) %}{{ adapter.dispatch('fixed', 'fortnox')(expression, decimals) }}{% endmacro %}
{% macro default__fixed(expression, decimals) %}{{ unknown_warehouse('fixed') }}{% endmacro %}
{% macro duckdb__fixed(expression, decimals) %}cast({{ expression }} as numeric(18, {{ decimals }})){% endmacro %}
{% macro bigquery__fixed(expression, decimals) -%}
  round(cast({{ expression }} as numeric), {{ decimals }})
{%- endmacro %}

{# dbt compares a contract with the model by casting nulls to the contract's types: without their precision here. #}
{% macro bigquery__cast(field, type) -%}
  cast({{ field }} as {{ modules.re.sub('[(][^)]*[)]', '', type | string) }})
{%- endmacro %}

{# Exact, with all nine decimals that amounts are stored with. #}
{% macro exact(expression) %}{{ adapter.dispatch('exact', 'fortnox')(expression) }}{% endmacro %}
{% macro default__exact(expression) %}{{ unknown_warehouse('exact') }}{% endmacro %}
{% macro duckdb__exact(expression) %}cast({{ expression }} as numeric(38, 9)){% endmacro %}
{% macro bigquery__exact(expression) %}cast({{ expression }} as numeric){% endmacro %}

{% macro whole_number(expression) %}{{ adapter.dispatch('whole_number', 'fortnox')(expression) }}{% endmacro %}
{% macro default__whole_number(expression) %}{{ unknown_warehouse('whole_number') }}{% endmacro %}
{% macro duckdb__whole_number(expression) %}try_cast({{ expression }} as bigint){% endmacro %}
{% macro bigquery__whole_number(expression) %}safe_cast({{ expression }} as int64){% endmacro %}

{% macro integer_division(dividend, divisor) -%}
  {{ adapter.dispatch('integer_division', 'fortnox')(dividend, divisor) }}
{%- endmacro %}
{% macro default__integer_division(dividend, divisor) %}{{ unknown_warehouse('integer_division') }}{% endmacro %}
{% macro duckdb__integer_division(dividend, divisor) %}(({{ dividend }}) // ({{ divisor }})){% endmacro %}
{% macro bigquery__integer_division(dividend, divisor) %}div(({{ dividend }}), ({{ divisor }})){% endmacro %}

{# `amount` (money) times `numerator` by `denominator`, to the öre, halves away from zero, without floating point:
   kronor of a currency amount is `scaled_money(amount, rate, unit)`. Rates may have nine decimals. #}
{% macro scaled_money(amount, numerator, denominator) -%}
  {{ adapter.dispatch('scaled_money', 'fortnox')(amount, numerator, denominator) }}
{%- endmacro %}
{% macro default__scaled_money(amount, numerator, denominator) %}{{ unknown_warehouse('scaled_money') }}{% endmacro %}
{# DuckDB divides decimals as floating point, so this counts in öre and billionths as whole numbers. #}
{% macro duckdb__scaled_money(amount, numerator, denominator) -%}
  {%- set multiplier = 'cast(cast(abs(' ~ numerator ~ ') as numeric(38, 9)) * 1000000000 as hugeint)' -%}
  {%- set divisor = 'cast(cast(abs(' ~ denominator ~ ') as numeric(38, 9)) * 1000000000 as hugeint)' -%}
  cast(cast(
    sign({{ amount }}) * sign({{ numerator }}) * sign({{ denominator }}) * (
      (2 * cast(abs({{ amount }}) * 100 as hugeint) * {{ multiplier }} + {{ divisor }})
      // nullif(2 * {{ divisor }}, 0)
    ) as numeric(38, 0)
  ) * 0.01 as numeric(18, 2))
{%- endmacro %}
{% macro bigquery__scaled_money(amount, numerator, denominator) -%}
  cast(round(
    cast({{ amount }} as bignumeric) * ({{ numerator }}) / nullif({{ denominator }}, 0), 2
  ) as numeric)
{%- endmacro %}


{# Moments. #}
{% macro moment_type() %}{{ adapter.dispatch('moment_type', 'fortnox')() }}{% endmacro %}
{% macro default__moment_type() %}{{ unknown_warehouse('moment_type') }}{% endmacro %}
{% macro duckdb__moment_type() %}timestamptz{% endmacro %}
{% macro bigquery__moment_type() %}timestamp{% endmacro %}

{% macro hours_between(first, last) %}{{ adapter.dispatch('hours_between', 'fortnox')(first, last) }}{% endmacro %}
{% macro default__hours_between(first, last) %}{{ unknown_warehouse('hours_between') }}{% endmacro %}
{% macro duckdb__hours_between(first, last) %}date_sub('hour', {{ first }}, {{ last }}){% endmacro %}
{% macro bigquery__hours_between(first, last) %}timestamp_diff({{ last }}, {{ first }}, hour){% endmacro %}
