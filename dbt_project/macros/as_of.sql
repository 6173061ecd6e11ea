{# The reporting date as a SQL date: var `as_of`, else FORTNOX_AS_OF, else today. #}
{% macro as_of_date() -%}
  {%- set given = given_as_of() -%}
  {%- if given -%} cast('{{ given }}' as date) {%- else -%} {{ build_day() }} {%- endif -%}
{%- endmacro %}

{# The reporting date somebody chose, as text; empty when it is simply today. #}
{% macro given_as_of() -%}
  {%- set given = var('as_of', '') or env_var('FORTNOX_AS_OF', '') -%}
  {%- if given and not modules.re.match('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', given | string) -%}
    {{ exceptions.raise_compiler_error("the reporting date is '" ~ given ~ "': write it as YYYY-MM-DD") }}
  {%- endif -%}
  {{- given -}}
{%- endmacro %}

{# The day of this build in Stockholm (a UTC warehouse changes day one or two hours late). #}
{% macro build_day() -%}
  cast('{{ run_started_at.astimezone(modules.pytz.timezone("Europe/Stockholm")).strftime("%Y-%m-%d") }}' as date)
{%- endmacro %}

{# The moment that copies are seen from: now, or the end of a reporting date in the past (UTC). #}
{% macro as_of_moment() -%}
  {%- set now = run_started_at.strftime('%Y-%m-%d %H:%M:%S') -%}
  {%- set end_of_day = given_as_of() | trim ~ ' 23:59:59' -%}
  cast('{{ end_of_day if given_as_of() | trim and end_of_day < now else now }}+00:00' as {{ moment_type() }})
{%- endmacro %}
