{# Two models agree: the same sum for every combination of `by`. `only_ours` leaves out what only `to` has. #}
{% test ties_out(
    model, to, by, expression='sum(amount)', to_expression='sum(amount)', where='true', to_where='true', only_ours=false
) %}
with ours as (
    select
        {{ by | join(', ') }},
        {{ expression }} as amount
    from {{ model }}
    where {{ where }}
    group by {{ by | join(', ') }}
),

theirs as (
    select
        {{ by | join(', ') }},
        {{ to_expression }} as amount
    from {{ to }}
    where {{ to_where }}
    group by {{ by | join(', ') }}
)

select
    {% for key in by %}coalesce(ours.{{ key }}, theirs.{{ key }}) as {{ key }}, {% endfor %}
    ours.amount as in_model,
    theirs.amount as in_other
from ours
{{ 'left' if only_ours else 'full outer' }} join theirs
    on {% for key in by %}ours.{{ key }} = theirs.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
where coalesce(ours.amount, 0) != coalesce(theirs.amount, 0)
{% endtest %}
