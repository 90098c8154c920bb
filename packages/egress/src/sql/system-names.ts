import { serverWords } from './server-words.ts';

/**
 * Functions and types of PostgreSQL 18 and its usual extensions, as `pg_proc` and `pg_type` list them, without those that only
 * implement others. What a database brings along says nothing about its owner.
 */
const functionsAndTypes = `
  abs aclitem acos acosd acosh age any any_value anyarray anycompatible anycompatiblearray anycompatiblemultirange
  anycompatiblenonarray anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange area array_agg
  array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions
  array_prepend array_remove array_replace array_reverse array_sample array_shuffle array_sort array_to_json
  array_to_string array_to_tsvector array_upper ascii asin asind asinh atan atan2 atan2d atand atanh avg bernoulli
  bit bit_and bit_count bit_length bit_or bit_xor bool bool_and bool_or bound_box box bpchar broadcast btrim bytea
  bytea_larger bytea_smaller cardinality casefold cast cbrt ceil ceiling center char char_length character_length
  chr cid cidr circle citext clock_timestamp coalesce col_description concat concat_ws convert convert_from
  convert_to corr cos cosd cosh cot cotd count covar_pop covar_samp crc32 crc32c crypt cstring cume_dist
  current_database current_query current_schema current_schemas current_setting current_user currval cursor_to_xml
  cursor_to_xmlschema database_to_xml database_to_xml_and_xmlschema database_to_xmlschema date date_add date_bin
  date_part date_subtract date_trunc datemultirange daterange dblink decode degrees dense_rank diagonal diameter
  digest div encode enum_first enum_last enum_range erf erfc event_trigger every exp extract factorial family
  fdw_handler first_value float4 float8 floor format format_type gamma gcd gen_random_bytes gen_random_uuid gen_salt
  generate_series generate_subscripts get_bit get_byte get_current_ts_config getdatabaseencoding greatest grouping
  gtsvector has_any_column_privilege has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege
  has_function_privilege has_language_privilege has_largeobject_privilege has_parameter_privilege
  has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege has_tablespace_privilege
  has_type_privilege height hmac host hostmask hstore icu_unicode_version ifnull in_range index_am_handler inet
  inet_client_addr inet_merge inet_same_family inet_server_addr initcap int2 int2vector int4 int4multirange
  int4range int8 int8multirange int8range internal interval is_normalized isempty isfinite isnull json json_agg
  json_array_elements json_array_elements_text json_array_length json_build_array json_build_object json_each
  json_each_text json_extract_path json_extract_path_text json_object_agg json_object_keys json_populate_record
  json_strip_nulls json_to_record json_to_recordset json_typeof jsonb jsonb_agg jsonb_array_elements
  jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text
  jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object_agg jsonb_object_keys jsonb_path_exists
  jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_populate_record
  jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset
  jsonb_typeof jsonpath justify_days justify_hours justify_interval lag language_handler last_value lastval lcm lead
  least left length lgamma line ln lo_export lo_import log log10 lower lower_inc lower_inf lpad lseg ltree ltrim
  macaddr macaddr8 make_date make_interval make_time make_timestamp make_timestamptz makeaclitem masklen max md5 min
  min_scale mod mode money multirange name netmask network nextval normalize now npoints nth_value ntile nullif
  num_nonnulls num_nulls numeric nummultirange numnode numrange obj_description octet_length oid oidvector overlaps
  overlay parse_ident path pclose percent_rank percentile_cont percentile_disc phraseto_tsquery pi plainto_tsquery
  point polygon popen position pow power pt_contained_circle pt_contained_poly query_to_xml
  query_to_xml_and_xmlschema query_to_xmlschema querytree quote_ident quote_literal quote_nullable radians radius
  random random_normal range_agg range_merge rank record refcursor regclass regcollation regconfig regdictionary
  regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array
  regexp_split_to_table regexp_substr regnamespace regoper regoperator regproc regprocedure regr_avgx regr_avgy
  regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy regrole regtype repeat replace reverse
  right round row_number row_security_active row_to_json rpad rtrim scale schema_to_xml schema_to_xml_and_xmlschema
  schema_to_xmlschema session_user set_bit set_byte set_config set_masklen setseed setval setweight sha224 sha256
  sha384 sha512 shobj_description sign similar_escape similar_to_escape similarity sin sind sinh slope split_part
  sqrt starts_with statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array string_to_table
  strip strpos substr substring sum suppress_redundant_updates_trigger system system_user table_am_handler
  table_to_xml table_to_xml_and_xmlschema table_to_xmlschema tan tand tanh text tid time timeofday timestamp
  timestamptz timetz timezone to_ascii to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct to_regclass
  to_regcollation to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure to_regrole to_regtype
  to_regtypemod to_timestamp to_tsquery to_tsvector transaction_timestamp translate trigger trim_array trim_scale
  trunc ts_debug ts_delete ts_filter ts_headline ts_rank ts_rank_cd ts_rewrite ts_stat tsm_handler tsmultirange
  tsquery tsrange tstzmultirange tstzrange tsvector tsvector_to_array txid_current txid_current_if_assigned
  txid_current_snapshot txid_snapshot txid_snapshot_xip txid_snapshot_xmax txid_snapshot_xmin txid_status
  txid_visible_in_snapshot unique_key_recheck unistr unknown unnest upper upper_inc upper_inf uuid uuid_generate_v1
  uuid_generate_v4 uuid_generate_v5 uuidv4 uuidv7 var_pop var_samp varbit varchar variance version void
  websearch_to_tsquery width width_bucket word_similarity xid xid8 xml xmlagg xmlcomment xmlconcat2 xmlexists
  xmltext xmlvalidate xpath xpath_exists
`;

/** Schemas of the system, the one every database has, and the names of rows that only rules and conflicts have. */
const others = 'public pg_catalog information_schema pg_toast pg_temp excluded new old';

const systemNames: ReadonlySet<string> = new Set([...`${functionsAndTypes} ${others}`.split(/\s+/), ...serverWords]);

/** Whether a name, as the catalog has it, is the database's own; those that begin with `pg_` are reserved. */
export function isSystemName(name: string): boolean {
  return systemNames.has(name) || name.startsWith('pg_');
}
