{# How often a company declares VAT: month, quarter or year. FORTNOX_VAT_PERIODS holds what fortnox.yaml says, as a JSON
   object of company to period; a company it does not name declares by quarter. #}
{% macro vat_period_of(company) -%}
  {%- set chosen = fromjson(env_var('FORTNOX_VAT_PERIODS', '') or '{}') -%}
  {%- if chosen is not mapping -%}
    {{ exceptions.raise_compiler_error('FORTNOX_VAT_PERIODS must be a JSON object, such as {"are-cykel": "month"}') }}
  {%- endif -%}
  {%- for key, period in chosen.items() if period not in ['month', 'quarter', 'year'] -%}
    {{ exceptions.raise_compiler_error(
      "FORTNOX_VAT_PERIODS: " ~ key ~ ": found '" ~ period ~ "'; allowed: month, quarter, year"
    ) }}
  {%- endfor -%}
  {%- if chosen -%}
    case {{ company }}{% for key, period in chosen.items() %} when '{{ key }}' then '{{ period }}'{% endfor %} else 'quarter' end
  {%- else -%}
    'quarter'
  {%- endif -%}
{%- endmacro %}
