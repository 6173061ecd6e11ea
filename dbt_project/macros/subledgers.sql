{# Which sub-ledger's control account an account is (first four digits): AR, AP or NULL. 1513 is the tax agency's part of
   housework, 1518 and 1519 stand outside the open items by their nature. #}
{% macro subledger_of(first_four_digits) -%}
  case
    when {{ first_four_digits }} between 1510 and 1519 and {{ first_four_digits }} not in (1513, 1518, 1519) then 'AR'
    when {{ first_four_digits }} between 2440 and 2449 then 'AP'
  end
{%- endmacro %}
