{# Whether an account counts as cash because the variable cash_includes_current_investments says that current
   investments (1800-1899) do. #}
{% macro is_cash_by_choice(account) -%}
  {%- if var('cash_includes_current_investments', false) | string | lower == 'true' -%}
    {{ account }} between 1800 and 1899
  {%- else -%}
    false
  {%- endif -%}
{%- endmacro %}
