select
    company,
    sum(case when is_current then 1 else 0 end) as current_years
from {{ ref('dim_financial_year') }}
group by company
having sum(case when is_current then 1 else 0 end) != 1
