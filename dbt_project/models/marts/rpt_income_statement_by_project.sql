-- Income statement by month and project.
{{ income_statement_by('project') }}
