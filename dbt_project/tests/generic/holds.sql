{# The expression is true in every row; where it cannot be told (empty values), that is a failure too. #}
{% test holds(model, expression) %}
select *
from {{ model }}
where not coalesce({{ expression }}, false)
{% endtest %}
