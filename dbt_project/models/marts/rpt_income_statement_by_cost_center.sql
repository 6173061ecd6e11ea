-- Income statement by month and cost centre.
{{ income_statement_by('cost_center') }}
