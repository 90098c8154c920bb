export { freshDatabase } from '@duovir/server/fresh-database';
