import fc from 'fast-check'

/** The everyday run is repeatable; FC_SEED=N looks elsewhere. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FC_SEED'] ?? 20261121) })
