/**
 * Reserves on all levels or on none, in one statement: no client holds a lock while it thinks, hangs or dies. Rows are
 * locked in the order of their ids, so that no two transactions wait for each other in a circle.
 */
export const reserveFunction = `
    create function duovir.budget_reserve(
      the_call text, the_owner bigint, the_lane text, ids text[],
      caps_tokens bigint[], caps_micro_usd bigint[], landings_tokens bigint[], landings_micro_usd bigint[],
      need_tokens bigint, need_micro_usd bigint, moment timestamptz
    ) returns jsonb language plpgsql volatile as $function$
    declare
      switch duovir.model_switch;
      known duovir.budget_reservation;
      hopeless jsonb;
      lacking jsonb;
    begin
      insert into duovir.budget_level (id, cap_tokens, cap_micro_usd, landing_tokens, landing_micro_usd)
      select * from unnest(ids, caps_tokens, caps_micro_usd, landings_tokens, landings_micro_usd) as wanted (id)
      order by id on conflict do nothing;
      perform from duovir.budget_level where id = any (ids) order by id for update;

      select * into strict switch from duovir.model_switch;
      if switch.since is not null then
        return jsonb_build_object('kind', 'stopped', 'reason', switch.reason, 'person', switch.person);
      end if;
      select * into known from duovir.budget_reservation where call = the_call;
      if found then
        return jsonb_build_object(
          'kind', case when known.state = 'open' and known.owner = the_owner then 'reserved' else 'repeated' end
        );
      end if;

      select
        jsonb_agg(jsonb_build_object('level', level, 'unit', unit, 'needed', needed, 'left', most) order by level, unit desc)
          filter (where needed > most),
        jsonb_agg(jsonb_build_object('level', level, 'unit', unit, 'needed', needed, 'left', room) order by level, unit desc)
          filter (where needed > room)
      into hopeless, lacking
      from duovir.budget_level as l
      join unnest(ids, caps_tokens, caps_micro_usd, landings_tokens, landings_micro_usd)
        as wanted (id, cap_tokens, cap_micro_usd, landing_tokens, landing_micro_usd) using (id)
      cross join lateral (
        values
          (l.id, 'tokens', need_tokens, wanted.cap_tokens, wanted.landing_tokens,
            l.work_spent_tokens, l.work_reserved_tokens, l.landing_spent_tokens, l.landing_reserved_tokens),
          (l.id, 'microUsd', need_micro_usd, wanted.cap_micro_usd, wanted.landing_micro_usd,
            l.work_spent_micro_usd, l.work_reserved_micro_usd,
            l.landing_spent_micro_usd, l.landing_reserved_micro_usd)
      ) as used (level, unit, needed, cap, landing, work_spent, work_reserved, landing_spent, landing_reserved)
      cross join lateral (
        select
          case the_lane
            when 'landing' then cap - work_spent - landing_spent
            else least(cap - work_spent - landing_spent, cap - landing - work_spent)
          end,
          case the_lane
            when 'landing' then cap - work_spent - landing_spent - work_reserved - landing_reserved
            else least(
              cap - work_spent - landing_spent - work_reserved - landing_reserved,
              cap - landing - work_spent - work_reserved
            )
          end
      ) as available (most, room);
      if hopeless is not null then
        return jsonb_build_object('kind', 'exhausted', 'shortages', hopeless);
      elsif lacking is not null then
        return jsonb_build_object('kind', 'crowded', 'shortages', lacking);
      end if;

      insert into duovir.budget_reservation (call, owner, lane, levels, bound_tokens, bound_micro_usd, opened_at)
      values (the_call, the_owner, the_lane, ids, need_tokens, need_micro_usd, moment)
      on conflict do nothing;
      if not found then
        return jsonb_build_object('kind', 'repeated');
      end if;
      -- Where work has already used more than a new trust policy leaves it, the landing reserve becomes as large as it can.
      update duovir.budget_level as l
      set
        cap_tokens = wanted.cap_tokens,
        cap_micro_usd = wanted.cap_micro_usd,
        landing_tokens =
          least(wanted.landing_tokens, wanted.cap_tokens - l.work_spent_tokens - l.work_reserved_tokens),
        landing_micro_usd =
          least(wanted.landing_micro_usd, wanted.cap_micro_usd - l.work_spent_micro_usd - l.work_reserved_micro_usd),
        work_reserved_tokens = l.work_reserved_tokens + case the_lane when 'work' then need_tokens else 0 end,
        work_reserved_micro_usd = l.work_reserved_micro_usd + case the_lane when 'work' then need_micro_usd else 0 end,
        landing_reserved_tokens = l.landing_reserved_tokens + case the_lane when 'work' then 0 else need_tokens end,
        landing_reserved_micro_usd =
          l.landing_reserved_micro_usd + case the_lane when 'work' then 0 else need_micro_usd end
      from unnest(ids, caps_tokens, caps_micro_usd, landings_tokens, landings_micro_usd)
        as wanted (id, cap_tokens, cap_micro_usd, landing_tokens, landing_micro_usd)
      where l.id = wanted.id;
      return jsonb_build_object('kind', 'reserved');
    end
    $function$;
  `;
