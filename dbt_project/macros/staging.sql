{# `, cast(null as ...) as Field` for each field of the catalogue that this warehouse's raw table has no column for,
   because fortnox.yaml leaves the field out. So a view never breaks on a field that is not copied. #}
{% macro columns_left_out(raw_table) -%}
  {%- if execute -%}
    {%- set present = adapter.get_columns_in_relation(raw_table) | map(attribute='name') | map('lower') | list -%}
    {%- set described = graph.sources.values()
      | selectattr('source_name', 'equalto', 'fortnox_raw')
      | selectattr('name', 'equalto', raw_table.identifier) | first -%}
    {%- for column in described.columns.values() if present and column.name | lower not in present -%}
      , cast(null as {{ raw_type(column) }}) as {{ adapter.quote(column.name) }}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{# The type of a raw column; only nested types are written differently in the two warehouses. #}
{% macro raw_type(column) %}{{ adapter.dispatch('raw_type', 'fortnox')(column) }}{% endmacro %}
{% macro default__raw_type(column) %}{{ unknown_warehouse('raw_type') }}{% endmacro %}
{% macro duckdb__raw_type(column) %}{{ column.config.meta.get('duckdb_type', column.data_type) }}{% endmacro %}
{% macro bigquery__raw_type(column) %}{{ column.data_type }}{% endmacro %}
