{# Arithmetic of sales documents. Products and quotients keep nine decimals and are rounded to öre once, at the end. #}
{# Empty when the divisor is 0. #}
{% macro divided(dividend, divisor) -%}
  {{ exact('(' ~ dividend ~ ') / nullif(' ~ divisor ~ ', 0)') }}
{%- endmacro %}

{# Kronor for an amount in a document's currency: Fortnox's rate is the price in kronor of `unit` units (100 for some
   currencies). Kronor need no rate; another currency without one stays empty. #}
{% macro in_kronor(amount, currency, rate, unit) -%}
  {{ exact(amount) }} * case
    when coalesce({{ currency }}, 'SEK') = 'SEK' then 1
    else {{ divided(rate, 'coalesce(' ~ unit ~ ', 1)') }}
  end
{%- endmacro %}

{# An amount of a document whose prices may include VAT, without it. #}
{% macro without_vat(amount, vat_rate, vat_included) -%}
  case
    when coalesce({{ vat_included }}, false)
      then {{ divided('(' ~ amount ~ ') * 100', '100 + coalesce(' ~ vat_rate ~ ', 0)') }}
    else {{ exact(amount) }}
  end
{%- endmacro %}

{# What is left of a row's price times quantity. A discount of type AMOUNT is for the whole row, else it is per cent. #}
{% macro after_discount(gross, discount, discount_type) -%}
  case
    when {{ discount_type }} = 'AMOUNT'
      then {{ exact(gross ~ ' - sign(' ~ gross ~ ') * coalesce(' ~ discount ~ ', 0)') }}
    else {{ divided(exact(gross) ~ ' * (100 - coalesce(' ~ discount ~ ', 0))', '100') }}
  end
{%- endmacro %}
