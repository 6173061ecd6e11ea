{# The check found nothing. Findings are faults in the data, so the test should warn and let the build go on. Tagged,
   because Dagster shows findings by checks of its own. #}
{% test no_findings(model, check_name) %}
{{ config(tags=['findings']) }}
select *
from {{ model }}
where check_name = '{{ check_name }}'
{% endtest %}
