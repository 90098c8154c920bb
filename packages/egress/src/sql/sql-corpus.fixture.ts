/** One statement a line, all of which PostgreSQL 18 reads. */
export const statements: readonly string[] = String.raw`
create table customers (id bigint generated always as identity primary key, full_name text not null, e_mail text unique)
create table if not exists billing.invoices (invoice_id uuid primary key default gen_random_uuid(), customer_id bigint not null references customers (id) on delete cascade, issued_on date not null default current_date, total_due numeric(12, 2) check (total_due >= 0))
create table "Sales Orders" ("Order Id" integer, "Ship To" varchar(200), constraint "pk Sales" primary key ("Order Id"))
create table billing.invoice_lines (line_no int, invoice_id uuid, sku char(12), qty int default 1, constraint lines_pk primary key (invoice_id, line_no), constraint lines_fk foreign key (invoice_id) references billing.invoices (invoice_id))
create unlogged table staging_rows (payload jsonb, received_at timestamptz default now())
create temporary table tmp_totals on commit drop as select customer_id, sum(total_due) as amount from billing.invoices group by customer_id
create table measurements (taken_at timestamp not null, sensor_id int, reading float8) partition by range (taken_at)
create table measurements_2026 partition of measurements for values from ('2026-01-01') to ('2027-01-01')
create table measurements_by_hash partition of measurements for values with (modulus 4, remainder 0)
create table measurements_other partition of measurements default
create table employee_copy (like employees including defaults including constraints)
create table managers () inherits (employees)
create table intervals_table (during tstzrange, exclude using gist (during with &&))
create table generated_columns (net_price numeric, gross_price numeric generated always as (net_price * 1.2) stored)
create table arrays_table (tags text[], matrix_values int[][], labels varchar(20)[3])
create table typed_rows of address_type (primary key (street_name))
create table "MixedCase"."TableName" ("ColumnOne" int, column_two int)
create table order_items (order_id int, unique nulls not distinct (order_id))
create schema billing
create schema if not exists reporting_area authorization app_owner
create schema warehouse_area create table stock_levels (sku_code text, on_hand int)
create index on billing.invoices (customer_id)
create unique index concurrently invoices_number_key on billing.invoices (upper(invoice_number))
create index invoices_recent_idx on billing.invoices using btree (issued_on desc nulls last) where total_due > 0
create index payload_gin on staging_rows using gin (payload jsonb_path_ops)
create index covering_idx on order_items (order_id) include (line_total, tax_total)
create index if not exists trigram_idx on customers using gin (full_name gin_trgm_ops) with (fastupdate = off)
create view active_customers as select id, full_name from customers where deleted_at is null
create or replace view billing.open_invoices (invoice, customer, due) as select invoice_id, customer_id, total_due from billing.invoices where paid_on is null with check option
create materialized view monthly_totals as select date_trunc('month', issued_on) as month_start, sum(total_due) from billing.invoices group by 1 with no data
create recursive view org_chart (employee_id, boss_id) as select employee_id, boss_id from employees
create sequence invoice_number_seq start with 1000 increment by 5 owned by billing.invoices.invoice_id
create sequence if not exists ticket_seq as bigint cache 20 no cycle
create type address_type as (street_name text, house_no int, zip_code text)
create type order_state as enum ('new', 'paid', 'shipped')
create type float_range as range (subtype = float8, subtype_diff = float8mi)
create domain positive_amount as numeric check (value > 0)
create domain billing.vat_number as text collate "C" not null
create extension if not exists pgcrypto
create function billing.invoice_total(p_invoice uuid) returns numeric language sql stable as $$ select sum(qty * unit_price) from billing.invoice_lines where invoice_id = p_invoice $$
create or replace function touch_updated_at() returns trigger language plpgsql as $fn$ begin new.updated_at := now(); return new; end $fn$
create function count_rows(p_limit int default 10) returns bigint language plpgsql as $$ declare v_count bigint; begin select count(*) into v_count from customers; if v_count > p_limit then raise notice 'too many'; end if; return v_count; end $$
create function customer_names() returns setof text language sql begin atomic select full_name from customers; end
create function find_customer(in p_mail text, out c_id bigint, out c_name text) language sql as $$ select id, full_name from customers where e_mail = p_mail $$
create procedure close_month(p_month date) language plpgsql as $$ begin update billing.invoices set closed_on = p_month where issued_on < p_month; commit; end $$
create trigger set_updated_at before update on customers for each row execute function touch_updated_at()
create constraint trigger check_balance after insert or update on ledger_rows deferrable initially deferred for each row when (new.amount_cents <> 0) execute function verify_balance()
create rule protect_customers as on delete to customers do instead nothing
create policy tenant_isolation on customers for all to app_role using (tenant_id = current_setting('app.tenant')::int) with check (tenant_id = 7)
create statistics customer_stats (dependencies) on city_name, zip_code from customers
create aggregate array_concat_agg(anycompatiblearray) (sfunc = array_cat, stype = anycompatiblearray)
create operator === (leftarg = address_type, rightarg = address_type, function = address_eq)
create cast (address_type as text) with function address_to_text(address_type) as assignment
create publication invoices_pub for table billing.invoices, customers
create foreign table remote_orders (order_id int) server orders_server options (schema_name 'public', table_name 'orders')
create collation german_phonebook (provider = icu, locale = 'de-u-co-phonebk')
create event trigger log_ddl on ddl_command_end execute function log_ddl_command()
alter table customers add column loyalty_points int not null default 0
alter table customers add column if not exists phone_number text, drop column fax_number
alter table only billing.invoices alter column total_due type numeric(14, 2) using total_due::numeric(14, 2)
alter table billing.invoices alter column issued_on set default current_date, alter column notes drop not null
alter table billing.invoices add constraint invoices_number_key unique (invoice_number)
alter table billing.invoices add constraint positive_total check (total_due > 0) not valid
alter table billing.invoices validate constraint positive_total
alter table billing.invoices drop constraint if exists invoices_customer_id_fkey cascade
alter table customers rename to clients_table
alter table customers rename column full_name to display_name
alter table customers rename constraint customers_e_mail_key to customers_mail_key
alter table customers set schema crm_area
alter table customers owner to app_owner
alter table customers enable row level security
alter table customers disable trigger set_updated_at
alter table customers cluster on customers_pkey
alter table customers replica identity using index customers_pkey
alter table measurements attach partition measurements_2025 for values from ('2025-01-01') to ('2026-01-01')
alter table measurements detach partition measurements_2024 concurrently
alter table customers set (fillfactor = 70, autovacuum_enabled = false)
alter table employees inherit people_base
alter index invoices_recent_idx rename to invoices_by_date_idx
alter index covering_idx set (fillfactor = 80)
alter sequence invoice_number_seq restart with 5000
alter sequence ticket_seq owned by none
alter view active_customers rename to current_customers
alter materialized view monthly_totals set schema reporting_area
alter type order_state add value 'returned' after 'shipped'
alter type address_type add attribute country_code char(2)
alter type order_state rename value 'new' to 'created'
alter domain positive_amount add constraint below_million check (value < 1000000)
alter function billing.invoice_total(uuid) rename to invoice_sum
alter function touch_updated_at() owner to app_owner
alter schema billing rename to accounting
alter schema billing owner to app_owner
alter trigger set_updated_at on customers rename to keep_updated_at
alter policy tenant_isolation on customers using (tenant_id = 8)
alter default privileges in schema billing grant select on tables to reporting_role
drop table customers
drop table if exists billing.invoices, billing.invoice_lines cascade
drop view active_customers, billing.open_invoices
drop materialized view if exists monthly_totals
drop index concurrently invoices_recent_idx
drop sequence ticket_seq
drop schema if exists reporting_area cascade
drop function billing.invoice_total(uuid)
drop procedure close_month
drop trigger set_updated_at on customers
drop type order_state
drop domain positive_amount
drop policy tenant_isolation on customers
drop rule protect_customers on customers
truncate table billing.invoice_lines restart identity
truncate customers, staging_rows cascade
comment on table customers is 'People who bought something'
comment on column billing.invoices.total_due is 'What is still open, in EUR'
comment on function billing.invoice_total(uuid) is 'Sum of the lines'
comment on constraint positive_total on billing.invoices is null
comment on index invoices_recent_idx is 'For the overview'
comment on schema billing is 'Money'
grant select, insert on customers, billing.invoices to app_role
grant update (full_name, e_mail) on customers to support_role
grant usage on schema billing to reporting_role
grant execute on function billing.invoice_total(uuid) to public
grant usage, select on all sequences in schema billing to app_role
revoke all on customers from public
revoke select on all tables in schema billing from reporting_role cascade
insert into customers (full_name, e_mail) values ('Marko Marković', 'marko@example.org'), ('O''Brien', null)
insert into customers default values
insert into billing.invoices (customer_id, total_due) select id, 0 from customers where e_mail is not null returning invoice_id
insert into customers as c (id, full_name) values (1, E'line\nbreak') on conflict (id) do update set full_name = excluded.full_name where c.full_name is distinct from excluded.full_name
insert into customers (id) values ($1) on conflict on constraint customers_pkey do nothing
insert into staging_rows (payload) values ('{"card_holder": "Ana", "n": 1}'::jsonb)
insert into "Sales Orders" ("Order Id", "Ship To") values (7, 'Knez Mihailova 1')
insert into arrays_table (tags) values (array['red', 'green']), ('{blue,"dark red"}')
insert into customers overriding system value select * from customers_backup
with new_customer as (insert into customers (full_name) values ('Ana') returning id) insert into billing.invoices (customer_id) select id from new_customer
update customers set full_name = 'Ana Anić', updated_at = now() where id = 12
update billing.invoices i set total_due = i.total_due * 1.1 from customers c where c.id = i.customer_id and c.country_code = 'RS'
update customers set (full_name, e_mail) = (select display_name, mail_address from imported_people p where p.external_id = customers.external_id)
update arrays_table set tags[1] = 'x', labels[2:3] = array['a', 'b']
update only employees set salary_cents = default where current of salary_cursor
update typed_rows set home_address.zip_code = '11000' returning *
delete from customers where id = any ($1::bigint[])
delete from billing.invoice_lines using billing.invoices where invoice_lines.invoice_id = invoices.invoice_id and invoices.voided_at is not null
delete from only employees where hired_on < date '1990-01-01' returning employee_id, full_name
with gone as (delete from staging_rows where received_at < now() - interval '7 days' returning *) select count(*) from gone
merge into stock_levels s using deliveries_today d on s.sku_code = d.sku_code when matched and d.canceled_flag then delete when matched then update set on_hand = s.on_hand + d.quantity_units when not matched then insert (sku_code, on_hand) values (d.sku_code, d.quantity_units)
select * from customers
select 1 from customers limit 10 offset 20
select distinct on (customer_id) customer_id, issued_on from billing.invoices order by customer_id, issued_on desc
select c.full_name, i.total_due from customers c join billing.invoices i on i.customer_id = c.id where i.total_due > 100.5
select c.full_name as "Full Name", count(*) filter (where i.paid_on is null) open_count from customers c left join billing.invoices i using (customer_id) group by c.full_name having count(*) > 3 order by open_count desc nulls last
select "Order Id" from "Sales Orders" where "Ship To" ilike '%Street%'
select "MixedCase"."TableName"."ColumnOne" from "MixedCase"."TableName"
select customers.id, customers.full_name from public.customers
select billing.invoices.total_due from billing.invoices
select (home_address).zip_code, (row_value).*, tags[1], matrix_values[1][2] from typed_rows
select sum(total_due) over (partition by customer_id order by issued_on rows between unbounded preceding and current row) from billing.invoices
select rank() over recent_window, lag(total_due, 1, 0) over recent_window from billing.invoices window recent_window as (partition by customer_id order by issued_on desc)
select percentile_cont(0.95) within group (order by response_ms) from request_log
select case when total_due > 1000 then 'large' when total_due is null then 'none' else 'small' end size_class from billing.invoices
select coalesce(nullif(full_name, ''), 'unknown'), greatest(created_at, updated_at), extract(year from created_at) from customers
select cast(total_due as text), total_due::int, '12'::smallint, date '2026-01-01', interval '1 day', timestamp with time zone '2026-01-01 00:00:00+01' from billing.invoices
select payload -> 'customer' ->> 'name', payload #>> '{a,b}', payload @> '{"k": 1}', payload ? 'k' from staging_rows
select * from customers where full_name similar to '%(a|b)%' or e_mail ~* '^x' and id between 1 and 5
select * from customers where id in (select customer_id from billing.invoices where paid_on is null) and exists (select 1 from loyalty_cards l where l.customer_id = customers.id)
select * from customers c cross join lateral (select max(total_due) top_due from billing.invoices i where i.customer_id = c.id) best_invoice
select * from generate_series(1, 10) as g(number_value) left join order_items on order_items.order_id = g.number_value
select * from unnest(array[1, 2], array['a', 'b']) with ordinality as u(first_value_x, second_value_x, ord_no)
select * from json_to_recordset('[{"a": 1}]') as x(a int, b_text text)
select * from rows from (generate_series(1, 3), lower_names('x')) as t(n_value, s_value)
select id from customers union all select customer_id from billing.invoices intersect select employee_id from employees except select 1
select id, full_name from customers for update of customers skip locked
select * from customers tablesample bernoulli (10) repeatable (42)
select grouping(region_name, city_name), sum(sales_amount) from sales_facts group by grouping sets ((region_name), (city_name), ())
select region_name, sum(sales_amount) from sales_facts group by rollup (region_name, city_name)
select array_agg(distinct full_name order by full_name), string_agg(e_mail, ', '), jsonb_object_agg(id, full_name) from customers
select row(id, full_name)::address_type, array(select id from customers), (select max(id) from customers) from dual_table
select my_schema.my_function(a => 1, b => 'x'), other_function(id) from customers
select nextval('invoice_number_seq'), currval('billing.invoice_number_seq'::regclass), to_regclass('billing.invoices') from customers
select pg_catalog.pg_table_size('billing.invoices'), pg_catalog.lower(full_name) from customers
select c.relname, n.nspname from pg_catalog.pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'
select column_name, data_type from information_schema.columns where table_name = 'customers' order by ordinal_position
select t.table_name, o.owner_team from information_schema.tables t join table_owners o on o.table_name = t.table_name
select U&"d\0061t\+000061_x" from odd_names
select "select", "from", "order" from "table"
select "a""b", "weird; name", "tab	name" from "quoted ""table"""
select customers.* from customers -- all of customers, see billing.invoices
select /* customers by invoice_number */ id from customers /* nested /* comment */ of order_items */
select $tag$it's $$ customers $$ text$tag$, $$plain$$, E'it\'s', 'it''s', B'1010', X'1F', N'x' from customers
select id from customers where note_text = 'see billing.invoices and order_items'
select * from customers where created_at at time zone 'Europe/Belgrade' > '2026-01-01'
select count(*), min(e_mail), max(length(e_mail)) from customers where e_mail is not null
select xmlelement(name customer_element, xmlattributes(id as customer_id), full_name) from customers
select overlay(full_name placing 'x' from 1 for 2), position('a' in full_name), substring(full_name from 2 for 3), trim(both 'x' from full_name) from customers
select id, ctid, xmin, tableoid::regclass from customers
select * from only employees e where (e.first_name, e.last_name) = ('A', 'B')
select distinct_id, "distinct" from events_log order by 1 fetch first 5 rows with ties
with recursive tree_rows (node_id, parent_id, depth_no) as (select node_id, parent_id, 0 from category_nodes where parent_id is null union all select c.node_id, c.parent_id, t.depth_no + 1 from category_nodes c join tree_rows t on t.node_id = c.parent_id) search depth first by node_id set order_path cycle node_id set is_cycle using cycle_path select * from tree_rows
with totals as materialized (select customer_id, sum(total_due) as due_sum from billing.invoices group by 1), best as not materialized (select * from totals where due_sum > 10) select * from best order by due_sum
with a_rows as (select 1 as one_value), b_rows as (select 2 as two_value) select * from a_rows, b_rows
explain (analyze, buffers) select * from customers where e_mail = 'x@example.org'
explain verbose update customers set full_name = 'x'
copy customers (id, full_name) from stdin with (format csv, header true)
copy (select id from billing.invoices) to '/tmp/out.csv' with csv
copy customers to stdout
lock table customers, billing.invoices in share row exclusive mode nowait
vacuum (analyze, verbose) billing.invoices (customer_id, total_due)
analyze customers (full_name)
reindex table concurrently customers
reindex index invoices_recent_idx
cluster customers using customers_pkey
refresh materialized view concurrently monthly_totals with data
declare salary_cursor cursor with hold for select employee_id, salary_cents from employees
prepare find_by_mail (text) as select id from customers where e_mail = $1
call close_month('2026-01-01')
call billing.close_year(2026, p_force => true)
do $$ begin perform billing.archive_rows(now()); delete from staging_rows; end $$
do language plpgsql $do$ declare r_row record; begin for r_row in select id from customers loop execute format('analyze %I', 'customers'); insert into audit_rows (customer_id) values (r_row.id); end loop; end $do$
set search_path to billing, public
set local search_path = crm_area
table customers
select i.invoice_id from billing.invoices i where not exists (select from billing.invoice_lines l where l.invoice_id = i.invoice_id)
select json_table.* from json_table('[]'::jsonb, '$[*]' columns (item_name text path '$.n')) as json_table
select a_col is json object, b_col is not distinct from c_col, d_col isnull, e_col notnull from wide_table
select (1 + 2) * qty_units % 3, -balance_cents, @ offset_value, not active_flag, a_bits & b_bits | ~c_bits from accounts_table
`
  .split('\n')
  .filter((line) => line !== '');
