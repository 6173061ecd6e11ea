-- How many days after the due date each customer usually pays: the median of the last two years' payments, or the
-- company's own median for a customer who has not paid yet. Set-offs, credits and write-offs say nothing about habits.
with payments as (
    select
        company,
        customer_number,
        days_after_due,
        payment_number
    from {{ ref('fct_payment_ar') }}
    where
        is_booked
        and not is_set_off
        and amount_sek > 0
        and days_after_due is not null
        and payment_date <= {{ as_of_date() }}
        and payment_date > {{ add_months(as_of_date(), -24) }}
),

ranked as (
    select
        company,
        customer_number,
        days_after_due,
        row_number() over (
            partition by company, customer_number order by days_after_due, payment_number
        ) as place_of_customer,
        count(*) over (partition by company, customer_number) as payments_of_customer,
        row_number() over (partition by company order by days_after_due, payment_number) as place_of_company,
        count(*) over (partition by company) as payments_of_company
    from payments
),

customer_medians as (
    select
        company,
        customer_number,
        days_after_due
    from ranked
    where place_of_customer = {{ integer_division('payments_of_customer + 1', 2) }}
),

company_medians as (
    select
        company,
        days_after_due
    from ranked
    where place_of_company = {{ integer_division('payments_of_company + 1', 2) }}
)

select
    customers.company,
    customers.customer_number,
    cast(coalesce(customer_medians.days_after_due, company_medians.days_after_due, 0) as int64) as median_days_after_due
from {{ ref('dim_customer') }} as customers
left join customer_medians
    on
        customers.company = customer_medians.company
        and customers.customer_number = customer_medians.customer_number
left join company_medians
    on customers.company = company_medians.company
