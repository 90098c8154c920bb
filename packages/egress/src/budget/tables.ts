/**
 * The constraints are the last line of Invariant 8: whatever the functions do, PostgreSQL commits no overspent
 * level and no work that eats into the landing reserve.
 */
export const budgetTables = `
    create table duovir.budget_level (
      id text primary key,
      cap_tokens bigint not null,
      cap_micro_usd bigint not null,
      landing_tokens bigint not null,
      landing_micro_usd bigint not null,
      work_spent_tokens bigint not null default 0,
      work_spent_micro_usd bigint not null default 0,
      work_reserved_tokens bigint not null default 0,
      work_reserved_micro_usd bigint not null default 0,
      landing_spent_tokens bigint not null default 0,
      landing_spent_micro_usd bigint not null default 0,
      landing_reserved_tokens bigint not null default 0,
      landing_reserved_micro_usd bigint not null default 0,
      alerted smallint not null default 0,
      constraint budget_never_negative check (
        least(
          landing_tokens, work_spent_tokens, work_reserved_tokens, landing_spent_tokens, landing_reserved_tokens,
          landing_micro_usd, work_spent_micro_usd, work_reserved_micro_usd, landing_spent_micro_usd,
          landing_reserved_micro_usd
        ) >= 0
      ),
      constraint budget_never_overspent check (
        work_spent_tokens + work_reserved_tokens + landing_spent_tokens + landing_reserved_tokens <= cap_tokens
        and work_spent_micro_usd + work_reserved_micro_usd + landing_spent_micro_usd + landing_reserved_micro_usd
          <= cap_micro_usd
      ),
      constraint budget_landing_kept check (
        work_spent_tokens + work_reserved_tokens <= cap_tokens - landing_tokens
        and work_spent_micro_usd + work_reserved_micro_usd <= cap_micro_usd - landing_micro_usd
      )
    );

    create table duovir.budget_reservation (
      call text primary key,
      owner bigint not null,
      lane text not null check (lane in ('work', 'landing')),
      levels text[] not null check (cardinality(levels) > 0),
      bound_tokens bigint not null,
      bound_micro_usd bigint not null,
      state text not null default 'open' check (state in ('open', 'settled')),
      charged_tokens bigint,
      charged_micro_usd bigint,
      reported_tokens bigint,
      reported_micro_usd bigint,
      opened_at timestamptz not null,
      settled_at timestamptz,
      constraint budget_settled_once check (
        (state = 'settled') = (charged_tokens is not null)
        and (state = 'settled') = (charged_micro_usd is not null)
        and (state = 'settled') = (settled_at is not null)
      ),
      constraint budget_charged_within_bound check (
        charged_tokens <= bound_tokens and charged_micro_usd <= bound_micro_usd
      )
    );
    create index budget_reservation_open on duovir.budget_reservation (owner) where state = 'open';

    create table duovir.model_switch (
      singleton boolean primary key default true check (singleton),
      reason text,
      person text,
      since timestamptz,
      resumed_by text,
      check ((since is null) = (reason is null) and (since is null) = (person is null))
    );
    insert into duovir.model_switch default values;
  `;
