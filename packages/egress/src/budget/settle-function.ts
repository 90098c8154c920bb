/**
 * Settles once, whoever asks and however often. A call without a known cost, or with one above its bound, is booked at
 * the bound. What the provider has reported is kept for the comparison with its bill.
 */
export const settleFunction = `
    create function duovir.budget_alert_due(level duovir.budget_level) returns smallint immutable language sql as $function$
      select case when share >= 100 then 100 when share >= 80 then 80 when share >= 50 then 50 else 0 end::smallint
      from (
        select max(case when spent = 0 then 0 else spent * 100.0 / cap end) as share
        from (
          values
            (level.work_spent_tokens + level.landing_spent_tokens, level.cap_tokens),
            (level.work_spent_micro_usd + level.landing_spent_micro_usd, level.cap_micro_usd),
            (level.work_spent_tokens, level.cap_tokens - level.landing_tokens),
            (level.work_spent_micro_usd, level.cap_micro_usd - level.landing_micro_usd)
        ) as part (spent, cap)
      ) as parts
    $function$;

    create function duovir.budget_settle(
      the_call text, actual_tokens bigint, actual_micro_usd bigint, moment timestamptz
    ) returns jsonb language plpgsql volatile as $function$
    declare
      known duovir.budget_reservation;
      alerts jsonb := '[]';
    begin
      select * into known from duovir.budget_reservation where call = the_call for update;
      if not found then
        return jsonb_build_object('kind', 'unknown');
      end if;
      if known.state = 'open' then
        known.reported_tokens := actual_tokens;
        known.reported_micro_usd := actual_micro_usd;
        known.charged_tokens := known.bound_tokens;
        known.charged_micro_usd := known.bound_micro_usd;
        if actual_tokens <= known.bound_tokens and actual_micro_usd <= known.bound_micro_usd then
          known.charged_tokens := actual_tokens;
          known.charged_micro_usd := actual_micro_usd;
        end if;
        perform from duovir.budget_level where id = any (known.levels) order by id for update;
        if known.lane = 'work' then
          update duovir.budget_level
          set
            work_reserved_tokens = work_reserved_tokens - known.bound_tokens,
            work_reserved_micro_usd = work_reserved_micro_usd - known.bound_micro_usd,
            work_spent_tokens = work_spent_tokens + known.charged_tokens,
            work_spent_micro_usd = work_spent_micro_usd + known.charged_micro_usd
          where id = any (known.levels);
        else
          update duovir.budget_level
          set
            landing_reserved_tokens = landing_reserved_tokens - known.bound_tokens,
            landing_reserved_micro_usd = landing_reserved_micro_usd - known.bound_micro_usd,
            landing_spent_tokens = landing_spent_tokens + known.charged_tokens,
            landing_spent_micro_usd = landing_spent_micro_usd + known.charged_micro_usd
          where id = any (known.levels);
        end if;
        with changed as (
          update duovir.budget_level as l
          set alerted = duovir.budget_alert_due(before)
          from duovir.budget_level as before
          where l.id = before.id and l.id = any (known.levels) and duovir.budget_alert_due(before) <> before.alerted
          returning l.*, l.alerted > before.alerted as is_higher
        )
        select coalesce(jsonb_agg(jsonb_build_object(
          'level', id,
          'percent', alerted,
          'spent', jsonb_build_object(
            'tokens', work_spent_tokens + landing_spent_tokens,
            'microUsd', work_spent_micro_usd + landing_spent_micro_usd
          ),
          'cap', jsonb_build_object('tokens', cap_tokens, 'microUsd', cap_micro_usd)
        ) order by id), '[]') into alerts from changed where is_higher;
        update duovir.budget_reservation
        set
          state = 'settled', settled_at = moment,
          charged_tokens = known.charged_tokens, charged_micro_usd = known.charged_micro_usd,
          reported_tokens = actual_tokens, reported_micro_usd = actual_micro_usd
        where call = the_call;
        perform pg_notify('duovir_budget', 'room');
      end if;
      return jsonb_build_object(
        'kind', 'settled',
        'charged', jsonb_build_object('tokens', known.charged_tokens, 'microUsd', known.charged_micro_usd),
        'exceeded', coalesce(
          known.reported_tokens > known.bound_tokens or known.reported_micro_usd > known.bound_micro_usd, false
        ),
        'alerts', alerts
      );
    end
    $function$;
  `;
