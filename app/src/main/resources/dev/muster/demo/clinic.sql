-- The clinic of the demonstration: ten tables with foreign keys.
CREATE TABLE organizations (
    id bigint PRIMARY KEY, name text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE users (
    id bigint PRIMARY KEY, organization_id bigint NOT NULL REFERENCES organizations, email text NOT NULL UNIQUE,
    role text NOT NULL CHECK (role IN ('admin', 'nurse', 'doctor', 'billing')), created_at timestamptz NOT NULL);
CREATE TABLE clients (
    id bigint PRIMARY KEY, organization_id bigint NOT NULL REFERENCES organizations, reference uuid NOT NULL UNIQUE,
    name text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE caregivers (
    id bigint PRIMARY KEY, organization_id bigint NOT NULL REFERENCES organizations,
    user_id bigint NOT NULL REFERENCES users, name text NOT NULL);
CREATE TABLE patients (
    id bigint PRIMARY KEY, client_id bigint NOT NULL REFERENCES clients, born date NOT NULL, history jsonb NOT NULL);
CREATE TABLE appointments (
    id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES patients,
    caregiver_id bigint NOT NULL REFERENCES caregivers, planned_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('scheduled', 'confirmed', 'cancelled', 'completed')));
CREATE TABLE visits (
    id bigint PRIMARY KEY, appointment_id bigint NOT NULL REFERENCES appointments,
    started_at timestamptz NOT NULL, ended_at timestamptz NOT NULL, latitude double precision NOT NULL,
    longitude double precision NOT NULL, notes text NOT NULL, CHECK (ended_at >= started_at));
CREATE TABLE prescriptions (
    id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES patients, drug text NOT NULL, dose_mg int NOT NULL,
    created_at timestamptz NOT NULL);
CREATE TABLE evv_records (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id bigint NOT NULL REFERENCES patients,
    writer int NOT NULL, sequence bigint NOT NULL, proof text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), UNIQUE (writer, sequence));
CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL REFERENCES users,
    writer int NOT NULL, sequence bigint NOT NULL, action text NOT NULL, detail jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX ON appointments (patient_id);
CREATE INDEX ON visits (started_at);
CREATE INDEX ON audit_log (writer, sequence);
