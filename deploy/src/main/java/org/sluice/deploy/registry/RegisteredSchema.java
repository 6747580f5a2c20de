package org.sluice.deploy.registry;

/**
 * One version of a subject.
 *
 * @param version counts from 1 within the subject
 * @param id the schema's number in the whole registry, which the wire format carries
 */
public record RegisteredSchema(String subject, int version, int id, String schema) {}
