{# The check found nothing. Findings are faults in the data, so the test should warn and let the build go on. #}
{% test no_findings(model, check_name) %}
select *
from {{ model }}
where check_name = '{{ check_name }}'
{% endtest %}
