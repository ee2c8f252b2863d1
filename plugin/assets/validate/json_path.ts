/** Keys and indexes from a file's value to one in it. */
export type JsonPath = readonly (string | number)[];
