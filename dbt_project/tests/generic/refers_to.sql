{# Every row finds its row in `to` by all the columns together; `columns` has the names that differ there. #}
{% test refers_to(model, to, columns) %}
select distinct
    {% for own, other in columns.items() %}child.{{ own }}{{ ', ' if not loop.last }}{% endfor %}
from {{ model }} as child
left join {{ to }} as parent
    on {% for own, other in columns.items() %}child.{{ own }} = parent.{{ other }}{{ ' and ' if not loop.last }}{% endfor %}
where parent.{{ (columns.values() | list)[0] }} is null
{% endtest %}
