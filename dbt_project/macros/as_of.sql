{# The reporting date as a SQL date: var `as_of`, else FORTNOX_AS_OF, else today in Stockholm (a UTC warehouse changes
   day one or two hours late). #}
{% macro as_of_date() -%}
  {%- set given = var('as_of', '') or env_var('FORTNOX_AS_OF', '') -%}
  {%- if given -%}
    {%- if not modules.re.match('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', given | string) -%}
      {{ exceptions.raise_compiler_error("the reporting date is '" ~ given ~ "': write it as YYYY-MM-DD") }}
    {%- endif -%}
    cast('{{ given }}' as date)
  {%- else -%}
    cast('{{ run_started_at.astimezone(modules.pytz.timezone("Europe/Stockholm")).strftime("%Y-%m-%d") }}' as date)
  {%- endif -%}
{%- endmacro %}
