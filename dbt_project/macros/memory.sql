{# What the build before this one left in the model's own table: the relation, or nothing the first time and when it had
   other columns. A model that remembers reads it while its new rows are made; a dropped dataset forgets. #}
{% macro built_before(columns) %}
  {%- if execute -%}
    {%- set table = adapter.get_relation(this.database, this.schema, this.identifier) -%}
    {%- if table -%}
      {%- set present = adapter.get_columns_in_relation(table) | map(attribute='name') | map('lower') | list -%}
      {%- if columns | reject('in', present) | list | length == 0 -%}
        {{- return(table) -}}
      {%- endif -%}
    {%- endif -%}
  {%- endif -%}
  {{- return(none) -}}
{% endmacro %}

{# A raw table that the program writes for itself and that is not there before the first copy; nothing without it. #}
{% macro copied_table(name) %}
  {%- if execute -%}
    {%- set a_source = graph.sources.values() | selectattr('source_name', 'equalto', 'fortnox_raw') | first -%}
    {{- return(adapter.get_relation(a_source.database, a_source.schema, name)) -}}
  {%- endif -%}
  {{- return(none) -}}
{% endmacro %}
