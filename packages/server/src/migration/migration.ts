/** One step of the schema. What has been applied anywhere is never changed again; a new step is added instead. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}
