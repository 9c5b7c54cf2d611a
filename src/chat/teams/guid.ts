/** How Entra ID names people, groups and tenants. */
import { z } from 'zod';

export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** In lower case, so that one thing has one name. */
export const guid = z.string().regex(GUID).toLowerCase();
